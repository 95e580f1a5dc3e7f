using Mien.Evaluation;

namespace Mien.Adaptation;

/// <summary>Fits layers with several pulls to the same faces. Thread-safe.</summary>
internal static class LayerFit
{
    /// <summary>The search ends where no component of the gradient of the mean loss is larger than this.</summary>
    private const double GradientTolerance = 1e-4;

    /// <summary>Fits one layer for each pull.</summary>
    /// <param name="samples">The faces.</param>
    /// <param name="rows">The faces to fit to; at least one.</param>
    /// <param name="pulls">The pulls, from the strongest to the weakest: each search begins at the fit before.</param>
    /// <param name="threads">The maximum number of threads; −1 uses one per core.</param>
    /// <param name="finished">Called after each fit; may be <c>null</c>.</param>
    /// <param name="cancellationToken">Cancels between two evaluations of the loss.</param>
    public static FittedLayer[] Fit(
        AdaptationSamples samples,
        int[] rows,
        IReadOnlyList<Pull> pulls,
        int threads = -1,
        Action? finished = null,
        CancellationToken cancellationToken = default
    )
    {
        int classes = samples.Labels.Count;
        int width = samples.FeatureCount;
        float[] targets = new float[rows.Length * classes];
        double[]? older = samples.HasBase ? new double[rows.Length * classes] : null;
        for (int i = 0; i < rows.Length; i++)
        {
            targets[(i * classes) + samples.Targets[rows[i]]] = 1;
            for (int c = 0; older is not null && c < classes; c++)
            {
                older[(i * classes) + c] = samples.Base(rows[i], c);
            }
        }

        Reduced? reduced = null;
        LinearHead? last = null;
        var layers = new FittedLayer[pulls.Count];
        for (int p = 0; p < layers.Length; p++)
        {
            Pull pull = pulls[p];
            if (pull.Kind == PullKind.Unchanged)
            {
                layers[p] = new FittedLayer([], new double[classes], 1);
                finished?.Invoke();
                continue;
            }

            bool hasWeights = pull.Kind == PullKind.Layer || samples.HasNewClass;
            reduced ??= hasWeights ? Reduced.Of(samples, rows) : null;
            int used = hasWeights ? reduced!.Width : 0;
            if (last is not null && last.Features != used)
            {
                last = last with { Weights = new double[classes * used] };
            }

            last = LinearHeadFit.Fit(
                hasWeights ? reduced!.Values : [],
                used,
                older,
                targets,
                classes,
                new LinearHeadFitOptions
                {
                    ClassWeightL2 = [.. samples.BaseColumns.Select(c => L2(pull, c >= 0))],
                    BiasL2 = PullLadder.BiasL2,
                    ScaleL2 = PullLadder.ScaleL2,
                    SearchFrom = last,
                    GradientTolerance = GradientTolerance,
                    Threads = threads,
                },
                cancellationToken: cancellationToken
            );
            layers[p] = hasWeights ? reduced!.ToRaw(last) : new FittedLayer([], last.Bias, last.Scale);
            finished?.Invoke();
        }

        return layers;
    }

    private static double L2(Pull pull, bool isOld) =>
        !isOld ? pull.NewClassL2
        : pull.Kind == PullKind.Layer ? pull.WeightL2
        : double.PositiveInfinity;

    /// <summary>Standardised features, in the span of the rows if that has fewer dimensions.</summary>
    private sealed record Reduced(double[] Values, int Width, FeatureStandardisation Standardisation, RowSpan? Span)
    {
        public static Reduced Of(AdaptationSamples samples, int[] rows)
        {
            int width = samples.FeatureCount;
            FeatureStandardisation standardisation = RobustStandardisation.Of(samples.Features, width, rows);
            double[] values = RobustStandardisation.Apply(standardisation, samples.Features, rows);
            if (rows.Length >= width)
            {
                return new Reduced(values, width, standardisation, null);
            }

            RowSpan span = RowSpan.Of(values, width);
            return new Reduced(span.Coordinates, span.Rank, standardisation, span);
        }

        public FittedLayer ToRaw(LinearHead head)
        {
            int classes = head.Classes;
            int width = Standardisation.Mean.Length;
            double[] weights = Span is null ? [.. head.Weights] : Span.Expand(head.Weights, classes);
            double[] bias = [.. head.Bias];
            for (int c = 0; c < classes; c++)
            {
                for (int f = 0; f < width; f++)
                {
                    weights[(c * width) + f] /= Standardisation.Deviation[f];
                    bias[c] -= weights[(c * width) + f] * Standardisation.Mean[f];
                }
            }

            return new FittedLayer(weights, bias, head.Scale);
        }
    }
}
