using Mien.CommandLine;
using Mien.Data;

namespace Mien.Tools;

/// <summary>The options of <c>mien-tools framing</c>.</summary>
internal sealed record FramingRequest
{
    public required DataSource Data { get; init; }

    public required DetectorModel Detector { get; init; }

    /// <summary>The number of images of the split, evenly spaced; 0 uses all.</summary>
    public required int Images { get; init; }

    public required DatasetSplit Split { get; init; }

    /// <summary>The longer side of the image as a share of the side of the padded image.</summary>
    public required double Share { get; init; }

    /// <summary>The minimum detection score, 0..1.</summary>
    public required float MinScore { get; init; }

    /// <summary>The model whose accuracy is measured; <c>null</c> measures none.</summary>
    public string? Model { get; init; }

    /// <summary>What surrounds an image on its canvas.</summary>
    public FramingPadding Padding { get; init; }

    /// <summary>Whether to fit the framing by the eyes, in a second run of the detector on each image.</summary>
    public bool Fit { get; init; }

    public bool Quiet { get; init; }
}
