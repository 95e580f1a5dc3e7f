using System.Globalization;

namespace Mien.Networks;

/// <summary>
/// Gives each image the same mean and standard deviation: (x − mean of the image) · gain + <see cref="Mean"/>, where
/// gain = <see cref="Deviation"/> / max(deviation of the image, <see cref="MinDeviation"/>). Values are not clipped, so
/// nothing is lost.
/// </summary>
internal sealed record MeanDeviationNormalisation(float Scale, float Offset) : InputNormalisation(Scale, Offset)
{
    /// <summary>
    /// The deviation, in gray values, below which an image is not amplified further: a flat one becomes uniform, and
    /// the noise of an almost black one stays below that of a face.
    /// </summary>
    public const double MinDeviation = 1;

    /// <summary>The mean that each image gets, in gray values 0..255; the default is that of FER2013.</summary>
    public float Mean { get; init; } = 129;

    /// <summary>
    /// The deviation that each image gets, in gray values, over 0 to 255; the default is that of FER2013.
    /// </summary>
    public float Deviation { get; init; } = 54;

    public override void Apply(Span<float> image)
    {
        double sum = 0;
        foreach (float value in image)
        {
            sum += value;
        }

        double mean = sum / image.Length;
        double squares = 0;
        foreach (float value in image)
        {
            squares += (value - mean) * (value - mean);
        }

        double gain = Distance(Deviation) / Math.Max(Math.Sqrt(squares / image.Length), Distance(MinDeviation));
        double target = Input(Mean);
        foreach (ref float value in image)
        {
            value = (float)(((value - mean) * gain) + target);
        }
    }

    public override string AddTo(OnnxPrefix nodes, string image, int pixels)
    {
        Check(Mean is >= 0 and <= 255 && Deviation is > 0 and <= 255, "gray values, the deviation over 0");
        // Global pooling is the one mean whose form is the same in every version of the operator set.
        string mean = nodes.Add("GlobalAveragePool", "mean", [image]);
        string centred = nodes.Add("Sub", "centred", [image, mean]);
        string squares = nodes.Add("Mul", "squares", [centred, centred]);
        string variance = nodes.Add("GlobalAveragePool", "variance", [squares]);
        string deviation = nodes.Add("Sqrt", "deviation", [variance]);
        string divisor = nodes.Add("Max", "divisor", [deviation, nodes.Number("minDeviation", Distance(MinDeviation))]);
        string gain = nodes.Add("Div", "gain", [nodes.Number("targetDeviation", Distance(Deviation)), divisor]);
        string scaled = nodes.Add("Mul", "scaled", [centred, gain]);
        return nodes.Add("Add", "output", [scaled, nodes.Number("targetMean", Input(Mean))]);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"to mean {Mean} and deviation {Deviation}");
}
