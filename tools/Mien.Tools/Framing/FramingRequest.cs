using Mien.CommandLine;
using Mien.Data;

namespace Mien.Tools;

/// <summary>What <c>mien-tools framing</c> was asked for.</summary>
internal sealed record FramingRequest
{
    public required DataSource Data { get; init; }

    public required DetectorModel Detector { get; init; }

    /// <summary>So many images of the split, evenly spread; 0: all.</summary>
    public required int Images { get; init; }

    public required DatasetSplit Split { get; init; }

    /// <summary>The picture's side in the larger one that it is put into, as a share.</summary>
    public required double Share { get; init; }

    /// <summary>The least score of a face, 0..1.</summary>
    public required float MinScore { get; init; }

    /// <summary>The model whose accuracy is measured too; <c>null</c>: none.</summary>
    public string? Model { get; init; }

    public bool Quiet { get; init; }
}
