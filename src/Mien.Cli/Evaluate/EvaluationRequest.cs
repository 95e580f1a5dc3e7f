using Mien.Data;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary>What <c>mien evaluate</c> was asked for.</summary>
internal sealed record EvaluationRequest
{
    public required string Model { get; init; }

    public required string Data { get; init; }

    /// <summary>The split; <c>null</c>: all images.</summary>
    public required DatasetSplit? Split { get; init; }

    public required TestTimeAugmentation Tta { get; init; }

    public string? Other { get; init; }

    public string? PredictionsFile { get; init; }

    /// <summary>Whether images made worse are evaluated too.</summary>
    public bool Robustness { get; init; }

    public string? HtmlFile { get; init; }

    public required DatasetReadOptions Reading { get; init; }

    public int Threads { get; init; }

    public InferenceDevice Device { get; init; }

    public bool Quiet { get; init; }
}
