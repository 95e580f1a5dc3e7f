using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien.Adaptation;

/// <summary>
/// What a model was adapted to, and what that gained on faces which the measured fits had not seen. Immutable.
/// </summary>
public sealed record AdaptationReport
{
    /// <summary>The name of the adapted model.</summary>
    public required string Model { get; init; }

    /// <summary>The name of the model that was adapted.</summary>
    public required string BaseModel { get; init; }

    /// <summary>Its head that was adapted; <see langword="null"/> if it has one head.</summary>
    public string? BaseHead { get; init; }

    /// <summary>The labels of the adapted model, in the order of its outputs.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The number of faces that were used.</summary>
    public required int Faces { get; init; }

    /// <summary>The number of faces that were used, by label.</summary>
    public required IReadOnlyDictionary<string, int> FacesPerLabel { get; init; }

    /// <summary>The labels of the adapted model that no face has.</summary>
    public required IReadOnlyList<string> MissingLabels { get; init; }

    /// <summary>What was kept together when the gain was measured.</summary>
    public required AdaptationGroupKind GroupKind { get; init; }

    /// <summary>The number of persons, groups or pictures.</summary>
    public required int Groups { get; init; }

    /// <summary>The number of faces that are identical to an earlier one; they are kept together with it.</summary>
    public required int IdenticalFaces { get; init; }

    /// <summary>What was measured; <see langword="null"/> if the gain could not be measured.</summary>
    public AdaptationGain? Gain { get; init; }

    /// <summary>Why the gain was not measured; <see langword="null"/> if it was.</summary>
    public string? NotMeasured { get; init; }

    /// <summary>What was fitted, as text.</summary>
    public required string Rule { get; init; }

    /// <summary>The seed of the folds.</summary>
    public required int Seed { get; init; }

    /// <summary>The accuracy for smaller numbers of labels, from few to many; empty unless asked for.</summary>
    public IReadOnlyList<AdaptationCurvePoint> LearningCurve { get; init; } = [];

    /// <summary>The labels that were written in another spelling, with the label that each was taken for.</summary>
    public required IReadOnlyDictionary<string, string> Spellings { get; init; }

    /// <summary>The faces that could not be used, in their order.</summary>
    public required IReadOnlyList<AdaptationProblem> Skipped { get; init; }

    /// <summary>What a reader of the figures should know, one sentence or more each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Converts the report to indented JSON; <c>docs/adaptation.md</c> describes the keys.</summary>
    /// <returns>JSON text with line feeds, without a final one.</returns>
    public string ToJson() =>
        JsonSerializer.Serialize(this, AdaptationJsonContext.Readable.AdaptationReport).ReplaceLineEndings("\n");
}

/// <summary>What is kept together when a gain is measured.</summary>
public enum AdaptationGroupKind
{
    /// <summary>The pictures of a person: the gain is that on other people.</summary>
    Person,

    /// <summary>Other groups, such as videos or folders.</summary>
    Group,

    /// <summary>
    /// Only identical pictures, because it is not known of all pictures who is on them. The gain on other people may be
    /// smaller than the measured one.
    /// </summary>
    Picture,
}

/// <summary>One point of a learning curve. Immutable.</summary>
/// <param name="Labels">The mean number of labels that were used.</param>
/// <param name="Accuracy">The mean accuracy on faces that were not used, 0..1.</param>
/// <param name="Deviation">The standard deviation of the accuracy over the draws.</param>
/// <param name="Draws">The number of draws.</param>
public sealed record AdaptationCurvePoint(double Labels, double Accuracy, double Deviation, int Draws);

/// <summary>The JSON of <see cref="AdaptationReport"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(AdaptationReport))]
internal sealed partial class AdaptationJsonContext : JsonSerializerContext
{
    private static AdaptationJsonContext? readable;

    /// <summary>Characters outside ASCII stay as they are: the text goes to files and terminals, not a page.</summary>
    public static AdaptationJsonContext Readable =>
        readable ??= new(
            new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
}
