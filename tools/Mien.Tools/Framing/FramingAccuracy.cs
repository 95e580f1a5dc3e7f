using System.Globalization;
using Mien.Evaluation;

namespace Mien.Tools;

/// <summary>The accuracy of a model on the images in which a face was found.</summary>
/// <param name="Model">The name of the model.</param>
/// <param name="Images">The number of these images.</param>
/// <param name="Original">The images classified correctly as they are.</param>
/// <param name="Exact">
/// The images classified correctly when the true square is cropped from the padded image: what padding, enlarging and
/// cropping again cost by themselves.
/// </param>
/// <param name="Found">The images classified correctly after detecting and cropping the face.</param>
/// <param name="Gained">The images classified correctly only after detecting and cropping the face.</param>
/// <param name="Lost">The images classified correctly only as they are.</param>
internal sealed record FramingAccuracy(
    string Model,
    int Images,
    int Original,
    int Exact,
    int Found,
    int Gained,
    int Lost
)
{
    /// <summary>The accuracy with detection and cropping minus that on the original images, −1..1.</summary>
    public double Difference => (double)(Gained - Lost) / Images;

    /// <summary>Half the 95 % interval of the difference, from the paired outcomes.</summary>
    public double Interval => 1.96 * Math.Sqrt(Gained + Lost - (Difference * (Gained - Lost))) / Images;

    /// <summary>The p-value of McNemar's test between the original images and the cropped ones.</summary>
    public double PValue =>
        Gained + Lost < McNemar.ExactBelow ? McNemar.ExactPValue(Lost, Gained) : McNemar.ChiSquarePValue(Lost, Gained);

    /// <summary>Formats the accuracies as one sentence.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Accuracy of {Model} on these {Images:N0} images: {Percent(Original):0.00} % on the original images, "
                + $"{Percent(Exact):0.00} % when exactly cropped again, {Percent(Found):0.00} % with face detection "
                + $"and cropping. Difference {100 * Difference:+0.00;−0.00;0.00} ± {100 * Interval:0.00} points "
                + $"({Gained} gained, {Lost} lost, p = {PValue:0.0000})."
        );

    private double Percent(int count) => 100.0 * count / Images;
}
