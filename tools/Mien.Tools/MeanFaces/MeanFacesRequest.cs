using Mien.CommandLine;

namespace Mien.Tools;

/// <summary>What <c>mien-tools mean-faces</c> was asked for.</summary>
internal sealed record MeanFacesRequest
{
    public required DataSource Data { get; init; }

    /// <summary>The folder to write to.</summary>
    public required string Folder { get; init; }

    /// <summary>The model that chooses; <c>null</c>: the library's default.</summary>
    public string? Model { get; init; }

    /// <summary>Images in each average.</summary>
    public required int Count { get; init; }

    /// <summary>A file for all seven in one picture; <c>null</c>: none.</summary>
    public string? Photo { get; init; }

    public bool Quiet { get; init; }
}
