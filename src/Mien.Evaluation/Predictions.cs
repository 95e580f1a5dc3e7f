using System.Globalization;

namespace Mien.Evaluation;

/// <summary>
/// The class probabilities that a model predicted for labelled images. Instances do not change after construction and
/// may be read from several threads. The arrays are not copied, so do not write to them.
/// </summary>
internal sealed class Predictions
{
    /// <summary>Creates predictions over existing arrays, which are kept without copying.</summary>
    /// <param name="name">Where the predictions come from (a model or a file), for messages and reports.</param>
    /// <param name="probabilities">
    /// count × 7 finite values of 0 or more, in the order of <see cref="Expression"/>, each row summing to 1 (±0.01).
    /// </param>
    /// <param name="labels">The true expression of each image, 0..6.</param>
    /// <param name="sources">Where each image comes from: a file, or <c>NAME:row</c>.</param>
    /// <param name="logits">
    /// count × 7 finite logits before temperature scaling, or <c>null</c> if they are not known.
    /// </param>
    /// <param name="names">
    /// The names of the labels, at most 256, if they are others than the seven expressions, which they then replace in
    /// all of the above; <c>null</c> for the seven.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The lengths of the arrays do not match, or a value is out of range.
    /// </exception>
    public Predictions(
        string name,
        float[] probabilities,
        byte[] labels,
        string[] sources,
        float[]? logits = null,
        IReadOnlyList<string>? names = null
    )
    {
        Names = names ?? Expressions.Names;
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(sources);
        if (
            sources.Length != labels.Length
            || probabilities.Length != labels.Length * Names.Count
            || (logits is not null && logits.Length != probabilities.Length)
        )
        {
            throw new ArgumentException(
                "Probabilities, labels, sources and logits must belong to the same number of images."
            );
        }

        Name = name;
        Probabilities = probabilities;
        Labels = labels;
        Sources = sources;
        Logits = logits;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= Names.Count)
            {
                throw new ArgumentException(
                    $"Image {i}: the label {labels[i]} is outside 0..{Names.Count - 1}.",
                    nameof(labels)
                );
            }

            if (RowError(Row(i)) is { } wrong)
            {
                throw new ArgumentException($"Image {i}: {wrong}.", nameof(probabilities));
            }
        }

        if (logits is not null && logits.Any(l => !float.IsFinite(l)))
        {
            throw new ArgumentException("A logit is not finite.", nameof(logits));
        }
    }

    /// <summary>Where the predictions come from (a model or a file), for messages and reports.</summary>
    public string Name { get; }

    /// <summary>The names of the labels, in the order of the probabilities: the seven expressions, or others.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>count × 7 probabilities in the order of <see cref="Expression"/>; the array itself.</summary>
    public float[] Probabilities { get; }

    /// <summary>The true expression of each image, 0..6; the array itself.</summary>
    public byte[] Labels { get; }

    /// <summary>Where each image comes from.</summary>
    public IReadOnlyList<string> Sources { get; }

    /// <summary>count × 7 logits before temperature scaling; <c>null</c> if they are not known.</summary>
    public float[]? Logits { get; }

    /// <summary>The seven probabilities of one image, as a view into <see cref="Probabilities"/>.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>Seven values in the order of <see cref="Expression"/>.</returns>
    public ReadOnlySpan<float> Row(int index) => Probabilities.AsSpan(index * Names.Count, Names.Count);

    /// <summary>The true expression of one image.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>The label.</returns>
    public Expression Label(int index) => (Expression)Labels[index];

    /// <summary>
    /// The expression with the highest probability; on a tie, the first in the order of <see cref="Expression"/>.
    /// </summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>The prediction.</returns>
    public Expression Predicted(int index) => (Expression)PredictedIndex(index);

    /// <summary>The index of the label with the highest probability; on a tie, the first.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>0 to the number of <see cref="Names"/> − 1.</returns>
    public int PredictedIndex(int index)
    {
        ReadOnlySpan<float> row = Row(index);
        int best = 0;
        for (int c = 1; c < row.Length; c++)
        {
            best = row[c] > row[best] ? c : best;
        }

        return best;
    }

    /// <summary>The confidence: the highest probability of one image.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>1/7..1.</returns>
    public float Confidence(int index) => Row(index)[PredictedIndex(index)];

    /// <summary>Whether the prediction of one image equals its label.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>True if it does.</returns>
    public bool IsCorrect(int index) => PredictedIndex(index) == Labels[index];

    /// <summary>The wrongly classified images, the most confident mistake first; ties stay in their order.</summary>
    /// <param name="limit">The maximum number of images.</param>
    /// <returns>Indices into these predictions.</returns>
    public int[] MostConfidentMistakes(int limit) =>
        [
            .. Enumerable
                .Range(0, Count)
                .Where(i => !IsCorrect(i))
                .OrderByDescending(Confidence)
                .ThenBy(i => i)
                .Take(limit),
        ];

    /// <summary>
    /// The logits if they are known, and otherwise the logarithms of the probabilities (clipped to at least <see
    /// cref="Metrics.LogLossFloor"/>), which give the same softmax. A temperature is fitted on these.
    /// </summary>
    /// <returns>count × 7 values; <see cref="Logits"/> itself, or a new array.</returns>
    public float[] LogitsOrLogProbabilities() =>
        Logits ?? Array.ConvertAll(Probabilities, p => (float)Math.Log(Math.Max(p, Metrics.LogLossFloor)));

    /// <summary>Copies these predictions with other probabilities.</summary>
    /// <param name="probabilities">count × 7 values, kept without copying.</param>
    /// <returns>Predictions over the same labels, sources and logits.</returns>
    public Predictions WithProbabilities(float[] probabilities) =>
        new(Name, probabilities, Labels, (string[])Sources, Logits, Names);

    /// <summary>Assigns other labels to the images, such as those of another label set.</summary>
    /// <param name="labels">The true expression of each image, 0..6; kept without copying.</param>
    /// <returns>Predictions over the same probabilities, sources and logits.</returns>
    public Predictions WithLabels(byte[] labels) => new(Name, Probabilities, labels, (string[])Sources, Logits, Names);

    /// <summary>Selects images in the given order.</summary>
    /// <param name="indices">Indices into these predictions.</param>
    /// <returns>New predictions that share no array with these.</returns>
    public Predictions Select(ReadOnlySpan<int> indices)
    {
        float[] probabilities = new float[indices.Length * Names.Count];
        float[]? logits = Logits is null ? null : new float[probabilities.Length];
        byte[] labels = new byte[indices.Length];
        string[] sources = new string[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            Row(indices[i]).CopyTo(probabilities.AsSpan(i * Names.Count));
            Logits?.AsSpan(indices[i] * Names.Count, Names.Count).CopyTo(logits.AsSpan(i * Names.Count));
            labels[i] = Labels[indices[i]];
            sources[i] = Sources[indices[i]];
        }

        return new Predictions(Name, probabilities, labels, sources, logits, Names);
    }

    // What is wrong with a row of seven probabilities; null if it is valid.
    internal static string? RowError(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (float p in row)
        {
            if (!(p >= 0) || !float.IsFinite(p))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"the probability {p} is not a finite number of 0 or more"
                );
            }

            sum += p;
        }

        return Math.Abs(sum - 1) <= 0.01
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"the seven probabilities sum to {sum:0.####}, expected 1");
    }
}
