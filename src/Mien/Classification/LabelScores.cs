using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Mien;

/// <summary>
/// A score per label of a model, in the order of <see cref="ModelContract.Labels"/>: calibrated probabilities, which
/// sum to 1 up to rounding. Pairs of label and score when enumerated; a score is found by label or by expression.
/// Immutable and thread-safe.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "A dictionary by interface only, so that JSON writes an object.")]
public sealed class LabelScores : IReadOnlyDictionary<string, float>
{
    private readonly float[] scores;

    /// <summary>Creates scores, such as those of a test; both lists are copied.</summary>
    /// <param name="labels">Two labels or more, each once.</param>
    /// <param name="scores">A probability 0..1 per label, in their order.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of labels and scores differ, or the labels are not what a contract may hold.
    /// </exception>
    public LabelScores(IReadOnlyList<string> labels, ReadOnlySpan<float> scores)
        : this(SetOf(labels), scores) { }

    internal LabelScores(LabelSet labels, ReadOnlySpan<float> scores)
    {
        if (scores.Length != labels.Count)
        {
            throw new ArgumentException(
                $"Expected a score for each of {labels.Count} labels, got {scores.Length}.",
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

    /// <summary>The labels in the order of the model's contract.</summary>
    public IReadOnlyList<string> Labels => Set.Names;

    /// <summary>The scores, 0..1, in the order of <see cref="Labels"/>.</summary>
    public IReadOnlyList<float> Values => scores;

    /// <inheritdoc/>
    IEnumerable<string> IReadOnlyDictionary<string, float>.Keys => Set.Names;

    /// <inheritdoc/>
    IEnumerable<float> IReadOnlyDictionary<string, float>.Values => scores;

    internal LabelSet Set { get; }

    /// <summary>The place of the highest score; of equal ones the first.</summary>
    internal int Top { get; }

    /// <summary>The score of one label, 0..1.</summary>
    /// <param name="label">One of <see cref="Labels"/>, in the same case.</param>
    /// <exception cref="KeyNotFoundException">The model has no such label.</exception>
    public float this[string label] =>
        TryGetValue(label, out float score) ? score : throw NotFound($"the label '{label}'");

    /// <summary>The score of the label that is one of the seven expressions, 0..1.</summary>
    /// <param name="expression">The expression.</param>
    /// <exception cref="KeyNotFoundException">None of the model's labels is that expression.</exception>
    public float this[Expression expression] =>
        Set.PlaceOf(expression) is >= 0 and var place
            ? scores[place]
            : throw NotFound($"a label for the expression {expression}");

    /// <summary>Whether the model has a label.</summary>
    /// <param name="key">The label.</param>
    public bool ContainsKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Set.PlaceOf(key) >= 0;
    }

    /// <summary>The score of a label, where the model has it.</summary>
    /// <param name="key">The label.</param>
    /// <param name="value">Its score, 0..1; else 0.</param>
    /// <returns>Whether the model has the label.</returns>
    public bool TryGetValue(string key, out float value)
    {
        ArgumentNullException.ThrowIfNull(key);
        int place = Set.PlaceOf(key);
        value = place < 0 ? 0 : scores[place];
        return place >= 0;
    }

    /// <summary>Pairs of label and score in the order of the model's contract.</summary>
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
        new($"The model has not {what}; it has {string.Join(", ", Set.Names)}.");
}
