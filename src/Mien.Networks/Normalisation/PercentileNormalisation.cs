using System.Globalization;

namespace Mien.Networks;

/// <summary>
/// Stretches each image so that two percentiles of its gray values become 0 and 255, and clips what lies outside. A
/// percentile is interpolated linearly between the two nearest values, as numpy does by default.
/// </summary>
internal sealed record PercentileNormalisation(float Scale, float Offset) : InputNormalisation(Scale, Offset)
{
    /// <summary>
    /// The distance between the percentiles, in gray values, below which an image is not stretched further: a flat one
    /// becomes black.
    /// </summary>
    public const double MinRange = 4;

    /// <summary>
    /// The percentile that becomes black, 0..100. By default a few pixels of a crop are clipped: the shipped models
    /// lose more accuracy with more of them, and with none a single bright pixel would keep a dark crop dark.
    /// </summary>
    public float Low { get; init; } = 0.25f;

    /// <summary>The percentile that becomes white, over <see cref="Low"/> to 100.</summary>
    public float High { get; init; } = 99.75f;

    public override void Apply(Span<float> image)
    {
        float[] sorted = image.ToArray();
        Array.Sort(sorted);
        if (Scale < 0)
        {
            Array.Reverse(sorted); // from black to white
        }

        double low = Percentile(Low);
        double range = Percentile(High) - low;
        double divisor = Math.Max(Math.Abs(range), Distance(MinRange)) * Math.Sign(Scale);
        foreach (ref float value in image)
        {
            value = (float)Input(255 * Math.Clamp((value - low) / divisor, 0, 1));
        }

        double Percentile(double percent)
        {
            (int below, double share) = Place(percent, sorted.Length);
            int above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + (share * ((double)sorted[above] - sorted[below]));
        }
    }

    public override string AddTo(OnnxPrefix nodes, string image, int pixels)
    {
        Check(Low >= 0 && High > Low && High <= 100, "two ascending percentiles from 0 to 100");
        string values = nodes.Add("Flatten", "values", [image], ("axis", 1));
        string low = Percentile(nodes, values, pixels, "low", Low, fromWhite: false);
        string high = Percentile(nodes, values, pixels, "high", 100 - High, fromWhite: true);
        // From black to white, inputs fall where the scale is negative.
        string[] range = Scale > 0 ? [high, low] : [low, high];
        string distance = nodes.Add("Sub", "range", range);
        string divisor = nodes.Add("Max", "divisor", [distance, nodes.Number("minRange", Distance(MinRange))]);
        string shifted = nodes.Add("Sub", "shifted", Scale > 0 ? [image, low] : [low, image]);
        string share = nodes.Add("Div", "share", [shifted, divisor]);
        string clipped = nodes.Add("Clip", "clipped", [share, nodes.Number("black", 0), nodes.Number("white", 1)]);
        string scaled = nodes.Add("Mul", "scaled", [clipped, nodes.Number("width", 255.0 * Scale)]);
        return nodes.Add("Add", "output", [scaled, nodes.Number("start", Offset)]);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"between the percentiles {Low} and {High}");

    /// <summary>
    /// The values at one end, sorted, times weights that are 0 except for the one or two around the percentile. TopK is
    /// the one sorting operator, and from the nearer end it has few values to keep.
    /// </summary>
    private string Percentile(OnnxPrefix nodes, string values, int pixels, string name, double percent, bool fromWhite)
    {
        (int below, double share) = Place(percent, pixels);
        var weights = new float[Math.Min(below + 2, pixels)];
        weights[below] = (float)(1 - share);
        if (share > 0)
        {
            weights[below + 1] = (float)share;
        }

        int largest = fromWhite == Scale > 0 ? 1 : 0;
        string end = nodes.Add(
            "TopK",
            name + "End",
            [values, nodes.Integers(name + "Count", [weights.Length])],
            [OnnxPrefix.Name(name + "End"), OnnxPrefix.Name(name + "Places")],
            ("axis", 1),
            ("largest", largest),
            ("sorted", 1)
        );
        string row = nodes.Add(
            "MatMul",
            name + "Row",
            [end, nodes.Numbers(name + "Weights", [weights.Length, 1], weights)]
        );
        return nodes.Add("Reshape", name, [row, nodes.Integers(name + "Shape", [-1, 1, 1, 1])]);
    }

    /// <summary>The index of the value below a percentile, and the share of the next one.</summary>
    private static (int Below, double Share) Place(double percent, int count)
    {
        double place = (count - 1) * percent / 100;
        int below = Math.Min((int)place, count - 1);
        return (below, below == count - 1 ? 0 : place - below);
    }
}
