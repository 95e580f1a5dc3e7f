namespace Mien.Adaptation;

/// <summary>The pulls among which cross-validation chooses, from the strongest to the weakest.</summary>
internal static class PullLadder
{
    /// <summary>The penalty of the bias of each class.</summary>
    public const double BiasL2 = 0.5;

    /// <summary>
    /// The penalty of the scale's distance to 1. Without it, twenty faces that are all correct would make the scale
    /// grow without end.
    /// </summary>
    public const double ScaleL2 = 2;

    /// <summary>The penalty that was safe wherever it was measured.</summary>
    public const double SafeL2 = 30;

    /// <summary>The penalty for seven pictures of one person.</summary>
    public const double OnePersonL2 = 5;

    private static readonly double[] Layers = [1000, 300, 100, 30, 10];
    private static readonly double[] OwnLayers = [100, 30, 10, 3];

    /// <summary>The pulls for such samples.</summary>
    public static IReadOnlyList<Pull> Of(AdaptationSamples samples, AdaptationFitOptions options)
    {
        bool isLarge = samples.Count >= options.MinForLayer;
        if (!samples.HasBase)
        {
            return [.. OwnLayers.Select(l2 => new Pull(PullKind.Layer, 0, l2))];
        }

        if (samples.HasNewClass)
        {
            return
            [
                new Pull(PullKind.BiasAndScale, 0, SafeL2),
                .. isLarge ? Layers.Select(l2 => new Pull(PullKind.Layer, l2, Math.Min(l2, SafeL2))) : [],
            ];
        }

        return
        [
            new Pull(PullKind.Unchanged),
            new Pull(PullKind.BiasAndScale),
            .. isLarge ? Layers.Select(l2 => new Pull(PullKind.Layer, l2)) : [],
        ];
    }

    /// <summary>The pull where nothing can be chosen by cross-validation.</summary>
    public static Pull Default(AdaptationSamples samples, AdaptationFitOptions options)
    {
        double newClassL2 = samples.HasNewClass ? SafeL2 : 0;
        if (options.OnePerson)
        {
            return new Pull(PullKind.Layer, samples.HasBase ? OnePersonL2 : 0, samples.HasNewClass ? OnePersonL2 : 0);
        }

        return samples.HasBase && samples.Count < options.MinForLayer
            ? new Pull(PullKind.BiasAndScale, 0, newClassL2)
            : new Pull(PullKind.Layer, samples.HasBase ? SafeL2 : 0, newClassL2);
    }
}
