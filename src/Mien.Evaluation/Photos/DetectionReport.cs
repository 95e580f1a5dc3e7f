using System.Text.Json;

namespace Mien.Evaluation;

/// <summary>One evaluation through face detection: what was evaluated, how, and the figures. Immutable.</summary>
internal sealed record DetectionReport
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The data's name (a file or folder).</summary>
    public required string Data { get; init; }

    /// <summary>The split evaluated, or <c>all</c>.</summary>
    public required string Split { get; init; }

    /// <summary>The head, or <c>blend</c>; <c>null</c> for a model with one head.</summary>
    public required string? Head { get; init; }

    /// <summary>The face detector.</summary>
    public required DetectorModel Detector { get; init; }

    /// <summary>How faces were detected.</summary>
    public required DetectionOptions Detection { get; init; }

    /// <summary>The figures.</summary>
    public required DetectionResult Result { get; init; }

    /// <summary>The number of photos; a photo may have several labelled faces.</summary>
    public required int Photos { get; init; }

    /// <summary>Bad rows and unusable entries that were skipped while the data was read.</summary>
    public required int SkippedRows { get; init; }

    /// <summary>The photos that could not be processed.</summary>
    public required IReadOnlyList<PhotoErrorJson> Errors { get; init; }

    /// <summary>
    /// Converts the report to indented JSON. Shares are fractions; keys that do not apply are <c>null</c>, never
    /// absent. <c>docs/evaluation.md</c> describes the keys.
    /// </summary>
    /// <returns>JSON text with line feeds, without a final one.</returns>
    public string ToJson() =>
        JsonSerializer
            .Serialize(DetectionJson.From(this), EvaluationJsonContext.Readable.DetectionJson)
            .ReplaceLineEndings("\n");
}
