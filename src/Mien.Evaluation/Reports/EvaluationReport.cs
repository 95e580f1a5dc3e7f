using System.Text.Json;
using Mien.Data;

namespace Mien.Evaluation;

/// <summary>
/// One evaluation: what was evaluated, how, and the figures. The terminal output, the JSON, the HTML report and the
/// model card show it. Immutable.
/// </summary>
internal sealed record EvaluationReport
{
    /// <summary>The model's name, or the file of predictions.</summary>
    public required string Model { get; init; }

    /// <summary>The data set's name (a file or folder).</summary>
    public required string Data { get; init; }

    /// <summary>The split evaluated, such as <c>PublicTest</c>, or <c>all</c>.</summary>
    public required string Split { get; init; }

    /// <summary>The figures.</summary>
    public required EvaluationResult Result { get; init; }

    /// <summary>The labels that the figures refer to.</summary>
    public LabelSetKind LabelSet { get; init; }

    /// <summary>The rule behind FER+'s labels; <c>null</c> for the labels of the data.</summary>
    public VoteRule? VoteRule { get; init; }

    /// <summary>
    /// The head that the figures refer to, or <c>blend</c>; <c>null</c> for a model with one head and for a file of
    /// predictions.
    /// </summary>
    public string? Head { get; init; }

    /// <summary>
    /// All heads of the model, and their blend, on all label sets of the data; <c>null</c> for a model with one head on
    /// data with one label set.
    /// </summary>
    public IReadOnlyList<HeadResult>? Heads { get; init; }

    /// <summary>The test-time augmentation.</summary>
    public TestTimeAugmentation TestTimeAugmentation { get; init; }

    /// <summary>
    /// The temperature that the logits were divided by; <c>null</c> if it is not known (a file of predictions).
    /// </summary>
    public double? Temperature { get; init; }

    /// <summary>
    /// The images that are not marked uncertain at the head's own threshold (<see
    /// cref="HeadSelection.UncertainBelow"/>); <c>null</c> if it is not known (a file of predictions).
    /// </summary>
    public RiskCoveragePoint? Certain { get; init; }

    /// <summary>One curve per corruption; <c>null</c> if robustness was not measured.</summary>
    public IReadOnlyList<RobustnessCurve>? Robustness { get; init; }

    /// <summary>The seed of the simulation behind <see cref="EvaluationResult.EceByChance"/>.</summary>
    public int Seed { get; init; }

    /// <summary>The paired comparison with another set of predictions; <c>null</c> if none was requested.</summary>
    public McNemarResult? Comparison { get; init; }

    /// <summary>
    /// Converts the report to indented JSON. Shares are fractions; keys that do not apply are <c>null</c>, never
    /// absent. <c>docs/evaluation.md</c> describes the keys.
    /// </summary>
    /// <returns>JSON text with line feeds, without a final one.</returns>
    public string ToJson() =>
        JsonSerializer
            .Serialize(EvaluationJson.From(this), EvaluationJsonContext.Readable.EvaluationJson)
            .ReplaceLineEndings("\n");

    /// <summary>Reads a report from JSON.</summary>
    /// <param name="json">The output of <see cref="ToJson"/>.</param>
    /// <param name="source">The file it came from, for messages.</param>
    /// <returns>A report with the same figures.</returns>
    /// <exception cref="MienException">
    /// <c>badEvaluation</c>: the text is not such JSON, or its figures contradict each other.
    /// </exception>
    public static EvaluationReport FromJson(string json, string source)
    {
        try
        {
            return (
                JsonSerializer.Deserialize(json, EvaluationJsonContext.Readable.EvaluationJson)
                ?? throw new JsonException("the text is 'null'")
            ).ToReport();
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "badEvaluation",
                $"{source}: not an evaluation result ({e.Message}). Write one with mien evaluate … --json.",
                e
            );
        }
    }
}
