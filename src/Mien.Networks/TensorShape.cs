using System.Globalization;

namespace Mien.Networks;

/// <summary>The shape of a tensor for one image, without the batch dimension.</summary>
/// <param name="Channels">The number of channels; for a flat shape, the number of features.</param>
/// <param name="Height">Rows; 1 for a flat shape.</param>
/// <param name="Width">Columns; 1 for a flat shape.</param>
/// <param name="IsFlat">Whether the tensor is [N, features] rather than [N, channels, height, width].</param>
internal readonly record struct TensorShape(int Channels, int Height, int Width, bool IsFlat = false)
{
    /// <summary>The number of values for one image.</summary>
    public long Elements => (long)Channels * Height * Width;

    /// <summary>Creates a flat shape.</summary>
    /// <param name="features">The number of features.</param>
    /// <returns>The shape [N, features].</returns>
    public static TensorShape Flat(int features) => new(features, 1, 1, IsFlat: true);

    /// <summary>The shape for people: <c>64×24×24</c> or <c>512</c>.</summary>
    /// <returns>Channels × height × width, or the number of features.</returns>
    public override string ToString() =>
        IsFlat
            ? Channels.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{Channels}×{Height}×{Width}");
}
