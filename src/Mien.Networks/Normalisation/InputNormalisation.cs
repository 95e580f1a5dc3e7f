using System.Globalization;

namespace Mien.Networks;

/// <summary>
/// A normalisation of each image before the first layer, which makes a network indifferent to light. It works on the
/// network's input, pixel (0..255) × <see cref="Scale"/> + <see cref="Offset"/>, and gives values of the same kind; its
/// own parameters are gray values. As plain loops for training (<see cref="Apply"/>), and as ONNX nodes. Immutable.
/// </summary>
/// <param name="Scale">The scale of the input; finite and not 0.</param>
/// <param name="Offset">The offset of the input; finite.</param>
internal abstract record InputNormalisation(float Scale, float Offset)
{
    /// <summary>Normalises one image in place.</summary>
    /// <param name="image">The inputs of one image, of any size.</param>
    public abstract void Apply(Span<float> image);

    /// <summary>Adds the nodes.</summary>
    /// <param name="nodes">Where to add them.</param>
    /// <param name="image">The name of the image, float32 [N, 1, height, width].</param>
    /// <param name="pixels">Pixels per image.</param>
    /// <returns>The name of the normalised image, of the same shape.</returns>
    public abstract string AddTo(OnnxPrefix nodes, string image, int pixels);

    /// <summary>A gray value as an input.</summary>
    protected double Input(double gray) => (gray * Scale) + Offset;

    /// <summary>A difference of gray values as a difference of inputs, without its sign.</summary>
    protected double Distance(double gray) => gray * Math.Abs((double)Scale);

    /// <summary>Checks scale, offset and a rule of the kind.</summary>
    protected void Check(bool valid, string expected)
    {
        if (!float.IsFinite(Scale) || Scale == 0 || !float.IsFinite(Offset))
        {
            throw new NetworkException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The normalisation's input has scale {Scale} and offset {Offset}, expected finite numbers and a "
                        + $"scale other than 0."
                )
            );
        }

        if (!valid)
        {
            throw new NetworkException($"The normalisation is {this}, expected {expected}.");
        }
    }
}
