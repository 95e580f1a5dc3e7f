using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Mien;

/// <summary>
/// The class probabilities of one face, one per label of the model, which sum to 1 up to rounding. Look up a score by
/// label or by expression, or enumerate the pairs of label and score in the order of
/// <see cref="ModelContract.Labels"/>. Immutable and thread-safe.
/// </summary>
[SuppressMessage(
    "Naming",
    "CA1710",
    Justification = "A dictionary by interface only, so that JSON serializers write " + "an object."
)]
public sealed class LabelScores : IReadOnlyDictionary<string, float>
{
    private readonly float[] scores;

    /// <summary>Creates scores, for example in a test. Both lists are copied.</summary>
    /// <param name="labels">2 to 1000 distinct labels of at most 64 characters each.</param>
    /// <param name="scores">One probability 0..1 per label, in the order of the labels.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of labels and scores differ, or the labels are not valid in a contract.
    /// </exception>
    public LabelScores(IReadOnlyList<string> labels, ReadOnlySpan<float> scores)
        : this(SetOf(labels), scores) { }

    internal LabelScores(LabelSet labels, ReadOnlySpan<float> scores)
    {
        if (scores.Length != labels.Count)
        {
            throw new ArgumentException(
                $"Expected one score for each of the {labels.Count} labels, got {scores.Length}.",
                nameof(scores)
            );
        }

        Set = labels;
        this.scores = scores.ToArray();
        for (int i = 1; i < scores.Length; i++)
        {
            Top = scores[i] > scores[Top] ? i : Top;
        }
    }

    /// <summary>The number of labels.</summary>
    public int Count => scores.Length;

    /// <summary>The labels, in the order of the model's contract.</summary>
    public IReadOnlyList<string> Labels => Set.Names;

    /// <summary>The scores, 0..1, in the order of <see cref="Labels"/>.</summary>
    public IReadOnlyList<float> Values => scores;

    /// <inheritdoc/>
    IEnumerable<string> IReadOnlyDictionary<string, float>.Keys => Set.Names;

    /// <inheritdoc/>
    IEnumerable<float> IReadOnlyDictionary<string, float>.Values => scores;

    internal LabelSet Set { get; }

    /// <summary>The index of the highest score; on a tie, the first one.</summary>
    internal int Top { get; }

    /// <summary>Gets the score of a label, 0..1.</summary>
    /// <param name="label">One of <see cref="Labels"/>; case-sensitive.</param>
    /// <exception cref="KeyNotFoundException">The model has no such label.</exception>
    public float this[string label] => TryGetValue(label, out float score) ? score : throw NotFound($"label '{label}'");

    /// <summary>Gets the score of an expression, 0..1.</summary>
    /// <param name="expression">The expression.</param>
    /// <exception cref="KeyNotFoundException">None of the model's labels stands for the expression.</exception>
    public float this[Expression expression] =>
        Set.PlaceOf(expression) is >= 0 and var place
            ? scores[place]
            : throw NotFound($"label for the expression {expression}");

    /// <summary>Checks whether the model has a label.</summary>
    /// <param name="key">The label; case-sensitive.</param>
    /// <returns>Whether the model has the label.</returns>
    public bool ContainsKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Set.PlaceOf(key) >= 0;
    }

    /// <summary>Gets the score of a label if the model has it.</summary>
    /// <param name="key">The label; case-sensitive.</param>
    /// <param name="value">The score, 0..1; 0 if the model does not have the label.</param>
    /// <returns>Whether the model has the label.</returns>
    public bool TryGetValue(string key, out float value)
    {
        ArgumentNullException.ThrowIfNull(key);
        int place = Set.PlaceOf(key);
        value = place < 0 ? 0 : scores[place];
        return place >= 0;
    }

    /// <summary>Enumerates the pairs of label and score in the order of the model's contract.</summary>
    /// <returns>An enumerator.</returns>
    public IEnumerator<KeyValuePair<string, float>> GetEnumerator()
    {
        for (int i = 0; i < scores.Length; i++)
        {
            yield return KeyValuePair.Create(Set.Names[i], scores[i]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static LabelSet SetOf(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return LabelSet.Problem(labels) is { } problem
            ? throw new ArgumentException($"These labels cannot be used: {problem}.", nameof(labels))
            : new LabelSet(labels);
    }

    private KeyNotFoundException NotFound(string what) =>
        new($"The model has no {what}; it has {string.Join(", ", Set.Names)}.");
}
