using Mien.Data;

namespace Mien.Evaluation;

/// <summary>
/// Calibrates the heads of a model and their blend on labelled images: temperature, threshold for 'uncertain', metrics.
/// A head is measured on the images that have a label in its label set, the blend on the images of all label sets.
/// </summary>
internal static class HeadCalibration
{
    /// <summary>
    /// Calibrates a head on its label set: the temperature has the lowest log loss on the labels. A head for votes gets
    /// a second one, with the lowest cross-entropy to the votes.
    /// </summary>
    /// <param name="head">The head; its name is that of its label set.</param>
    /// <param name="logits">count × 7 logits in the order of <see cref="Expression"/>.</param>
    /// <param name="images">The images of PublicTest.</param>
    /// <param name="keep">Whether temperature and threshold stay as they are.</param>
    /// <returns>The head with temperature, threshold and metrics.</returns>
    public static ModelHead Calibrate(ModelHead head, float[] logits, FaceDataset images, bool keep = false)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(images);
        Labelled labelled = Labelled.Of(head.Name, images, logits);
        float temperature = keep ? head.Temperature : (float)TemperatureScaling.Fit(labelled.Logits, labelled.Labels);
        EvaluationResult result = Metrics.Compute(labelled.At(head.Name, temperature));
        return head with
        {
            Temperature = temperature,
            VoteTemperature =
                keep || head.Name != LabelSets.FerPlus
                    ? head.VoteTemperature
                    : (float)TemperatureScaling.FitToDistributions(logits, images.VoteDistributions),
            UncertainBelow = keep ? head.UncertainBelow : (float)result.RiskCoverage.Chosen.Threshold,
            Metrics = MetricNames.Of(result, "publicTest."),
        };
    }

    /// <summary>
    /// Calibrates the blend of heads. Its temperature has the lowest mean log loss over the images of all label sets,
    /// and its threshold is chosen on the same images: an image counts once in each label set that has a label for it.
    /// </summary>
    /// <param name="shares">
    /// The share of each head when every head predicts the choice of a single person; the sum is 1.
    /// </param>
    /// <param name="heads">The calibrated heads; their names are those of their label sets.</param>
    /// <param name="logits">For each head, count × 7 logits in the order of <see cref="Expression"/>.</param>
    /// <param name="images">The images of PublicTest.</param>
    /// <returns>The blend with temperature, threshold and metrics.</returns>
    public static HeadBlend Blend(
        IReadOnlyList<float> shares,
        IReadOnlyList<ModelHead> heads,
        IReadOnlyList<float[]> logits,
        FaceDataset images
    )
    {
        ArgumentNullException.ThrowIfNull(heads);
        float[] weights = Weights(shares, heads);
        float[] mixed = Mix(weights, heads, logits);
        Labelled[] sets = [.. heads.Select(h => Labelled.Of(h.Name, images, mixed))];
        var all = new Labelled(
            [.. sets.SelectMany(s => s.Logits)],
            [.. sets.SelectMany(s => s.Labels)],
            [.. sets.SelectMany(s => s.Sources)]
        );
        float temperature = (float)TemperatureScaling.Fit(all.Logits, all.Labels);
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach ((ModelHead head, Labelled set) in heads.Zip(sets))
        {
            EvaluationResult result = Metrics.Compute(set.At(HeadBlend.Name, temperature));
            foreach ((string name, double value) in MetricNames.Of(result, $"publicTest.{head.Name}."))
            {
                metrics[name] = value;
            }
        }

        return new HeadBlend
        {
            Weights = weights,
            Temperature = temperature,
            UncertainBelow = (float)RiskCoverage.ChooseThreshold(all.At(HeadBlend.Name, temperature)),
            Metrics = metrics,
        };
    }

    /// <summary>
    /// The weights of a blend for shares of the heads. FER2013's labels are the choice of one person each, a majority
    /// is the choice of ten. So the confidences of a head for majorities are higher, and equal weights would let it
    /// outweigh the other. A head with the weight w · T / V at its temperature T counts as one with the weight w at
    /// its vote temperature V, at which it predicts a single choice too.
    /// </summary>
    /// <param name="shares">The share of each head.</param>
    /// <param name="heads">The calibrated heads.</param>
    /// <returns>The weights; the sum is 1.</returns>
    public static float[] Weights(IReadOnlyList<float> shares, IReadOnlyList<ModelHead> heads) =>
        Normalised(shares, heads, h => h.Temperature / (double)(h.VoteTemperature ?? h.Temperature));

    /// <summary>The shares of the heads in a blend with given weights: the inverse of <see cref="Weights"/>.</summary>
    /// <param name="weights">The weight of each head.</param>
    /// <param name="heads">The calibrated heads.</param>
    /// <returns>The shares; the sum is 1.</returns>
    public static float[] Shares(IReadOnlyList<float> weights, IReadOnlyList<ModelHead> heads) =>
        Normalised(weights, heads, h => (double)(h.VoteTemperature ?? h.Temperature) / h.Temperature);

    /// <summary>The weighted sum of the heads' log-probabilities, each at its own temperature.</summary>
    /// <param name="weights">The weight of each head.</param>
    /// <param name="heads">The heads; only their temperatures are used.</param>
    /// <param name="logits">For each head, count × 7 logits.</param>
    /// <returns>count × 7 values, which go through a softmax.</returns>
    public static float[] Mix(
        IReadOnlyList<float> weights,
        IReadOnlyList<ModelHead> heads,
        IReadOnlyList<float[]> logits
    )
    {
        double[] sums = new double[logits[0].Length];
        for (int h = 0; h < heads.Count; h++)
        {
            for (int from = 0; from < sums.Length; from += Expressions.Count)
            {
                ReadOnlySpan<float> row = logits[h].AsSpan(from, Expressions.Count);
                double top = double.NegativeInfinity;
                foreach (float z in row)
                {
                    top = Math.Max(top, z / heads[h].Temperature);
                }

                double sum = 0;
                foreach (float z in row)
                {
                    sum += Math.Exp((z / heads[h].Temperature) - top);
                }

                double log = top + Math.Log(sum);
                for (int c = 0; c < row.Length; c++)
                {
                    sums[from + c] += weights[h] * ((row[c] / heads[h].Temperature) - log);
                }
            }
        }

        return Array.ConvertAll(sums, s => (float)s);
    }

    private static float[] Normalised(
        IReadOnlyList<float> values,
        IReadOnlyList<ModelHead> heads,
        Func<ModelHead, double> factor
    )
    {
        double[] scaled = [.. values.Zip(heads, (v, h) => v * factor(h))];
        double sum = scaled.Sum();
        return Array.ConvertAll(scaled, v => (float)(v / sum));
    }

    /// <summary>The images that have a label in a label set.</summary>
    private sealed record Labelled(float[] Logits, byte[] Labels, string[] Sources)
    {
        public static Labelled Of(string labelSet, FaceDataset images, float[] logits)
        {
            byte[] labels = LabelSets.Labels(labelSet, images);
            int[] kept = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] != FerPlusVotes.NoLabel)];
            float[] rows = new float[kept.Length * Expressions.Count];
            for (int i = 0; i < kept.Length; i++)
            {
                logits
                    .AsSpan(kept[i] * Expressions.Count, Expressions.Count)
                    .CopyTo(rows.AsSpan(i * Expressions.Count));
            }

            return new Labelled(rows, [.. kept.Select(i => labels[i])], [.. kept.Select(images.Source)]);
        }

        public Predictions At(string name, float temperature) =>
            new(name, TemperatureScaling.Apply(Logits, temperature), Labels, Sources, Logits);
    }
}
