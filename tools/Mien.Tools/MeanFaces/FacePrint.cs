namespace Mien.Tools;

/// <summary>Makes an image of an average, which is softer and has less contrast than each of its faces.</summary>
internal static class FacePrint
{
    /// <summary>
    /// The weights of the details finer than 1/100 of the side and finer than 1/30, which are added.
    /// </summary>
    private const float FineDetail = 0.7f;

    private const float CoarseDetail = 0.5f;

    /// <summary>This share of the pixels becomes black, and as many white.</summary>
    private const float Clipped = 0.005f;

    /// <summary>Sharpens the face, softens what lies around it, and stretches the contrast.</summary>
    /// <param name="average">From <see cref="FaceAverage"/>, a square.</param>
    public static GrayImage Of(Plane average)
    {
        int side = average.Width;
        Plane fine = average.Blurred(side / 100f),
            coarse = average.Blurred(side / 32f),
            soft = average.Blurred(side / 24f);
        float[] values = new float[average.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            float value = average.Values[i];
            float sharp = value + (FineDetail * (value - fine.Values[i])) + (CoarseDetail * (value - coarse.Values[i]));
            float around = Around(((i % side) + 0.5f) / side, ((i / side) + 0.5f) / side);
            values[i] = sharp + (around * (soft.Values[i] - sharp));
        }

        float[] sorted = [.. values.Order()];
        float black = sorted[(int)(Clipped * sorted.Length)],
            white = sorted[^(1 + (int)(Clipped * sorted.Length))];
        float range = MathF.Max(white - black, 1e-6f);
        return new GrayImage(
            side,
            side,
            [.. values.Select(v => (byte)MathF.Round(255 * Math.Clamp((v - black) / range, 0, 1)))]
        );
    }

    /// <summary>
    /// 0 on the face, 1 around it, where hair and backgrounds differ so much that their average is noise.
    /// </summary>
    private static float Around(float x, float y)
    {
        float dx = (x - 0.5f) / 0.42f,
            dy = (y - 0.48f) / 0.48f;
        float t = Math.Clamp((MathF.Sqrt((dx * dx) + (dy * dy)) - 0.9f) / 0.25f, 0, 1);
        return t * t * (3 - (2 * t));
    }
}
