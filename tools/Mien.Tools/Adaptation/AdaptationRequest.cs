using Mien.CommandLine;

namespace Mien.Tools;

/// <summary>The options of <c>mien-tools adaptation</c>.</summary>
internal sealed record AdaptationRequest
{
    public required DataSource Data { get; init; }

    /// <summary>A built-in model or an ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>The head whose answer is adapted.</summary>
    public required string Head { get; init; }

    /// <summary>The number of draws per number of labels.</summary>
    public required int Draws { get; init; }

    public bool Quiet { get; init; }
}
