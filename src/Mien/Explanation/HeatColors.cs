namespace Mien;

/// <summary>
/// The colours of a heat map over a gray image. Positive values go from red over orange to pale yellow (the upper half
/// of matplotlib's inferno), negative values from dark to light blue (ColorBrewer's Blues). Both get lighter and less
/// transparent with the absolute value, so that the order is visible without colour vision. Thread-safe.
/// </summary>
internal static class HeatColors
{
    /// <summary>The opacity of the strongest colour, 0..1.</summary>
    private const float MaxCover = 0.75f;

    private static readonly AnnotationColor[] For = [new(188, 55, 84), new(249, 142, 9), new(252, 255, 164)];
    private static readonly AnnotationColor[] Against = [new(8, 48, 107), new(66, 146, 198), new(198, 219, 239)];

    /// <summary>Computes the colour of a pixel.</summary>
    /// <param name="gray">The gray value of the image.</param>
    /// <param name="value">The value of the map, −1..1; 0 leaves the image unchanged.</param>
    public static AnnotationColor Over(byte gray, float value)
    {
        float strength = Math.Min(MathF.Abs(value), 1);
        AnnotationColor[] stops = value < 0 ? Against : For;
        float place = strength * (stops.Length - 1);
        int stop = Math.Min((int)place, stops.Length - 2);
        (AnnotationColor low, AnnotationColor high) = (stops[stop], stops[stop + 1]);
        return new AnnotationColor(Mix(low.Red, high.Red), Mix(low.Green, high.Green), Mix(low.Blue, high.Blue));

        byte Mix(byte from, byte to)
        {
            float color = from + ((to - from) * (place - stop));
            return (byte)(gray + ((color - gray) * MaxCover * strength) + 0.5f);
        }
    }
}
