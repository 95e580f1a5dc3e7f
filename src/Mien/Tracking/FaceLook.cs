namespace Mien;

/// <summary>
/// How a tracked face has looked: a mean of its signatures, in which older ones fade with time. Frames in which other
/// faces cover it count less.
/// </summary>
internal sealed class FaceLook
{
    /// <summary>
    /// The time in seconds after which a signature counts 37 %: short enough to follow a change of light or a turned
    /// head, long enough to average noise.
    /// </summary>
    private const double Memory = 1;

    /// <summary>Weights of face, hair and clothes. Clothes differ most between people.</summary>
    private static readonly float[] Weights = [0.35f, 0.3f, 0.35f];

    private readonly float[] shares = new float[FaceSignature.Regions * FaceSignature.Bins];
    private readonly double[] weights = new double[FaceSignature.Regions];

    /// <summary>Adds a signature.</summary>
    /// <param name="signature">The signature.</param>
    /// <param name="clear">How much of the face is not covered by others, 0..1.</param>
    /// <param name="seconds">The time since the signature before.</param>
    public void Add(FaceSignature signature, float clear, double seconds)
    {
        for (int region = 0; region < FaceSignature.Regions; region++)
        {
            double old = weights[region] * Math.Exp(-seconds / Memory);

            // Frames that follow each other quickly tell little new: one weighs what the time since the last one took
            // off, so that the mean does not depend on the frame rate. The first frames count in full.
            double added = clear * clear * signature.Seen[region] * Math.Max(1 - Math.Exp(-seconds / Memory), 1 - old);
            weights[region] = old + added;
            if (added <= 0)
            {
                continue;
            }

            float part = (float)(added / weights[region]);
            int from = region * FaceSignature.Bins;
            for (int i = from; i < from + FaceSignature.Bins; i++)
            {
                float root = signature.Roots[i] / 255f;
                shares[i] += part * ((root * root) - shares[i]);
            }
        }
    }

    /// <summary>
    /// Compares with a signature: the mean Hellinger distance of the histograms of the regions that both have.
    /// </summary>
    /// <returns>The distance, 0 (alike) to 1, and how much of the face it is based on, 0..1.</returns>
    public (float Distance, float Evidence) Compare(FaceSignature signature)
    {
        float sum = 0,
            total = 0;
        for (int region = 0; region < FaceSignature.Regions; region++)
        {
            float weight = Weights[region] * MathF.Min(signature.Seen[region], MathF.Min(1, (float)weights[region]));
            if (weight > 0.01f)
            {
                int from = region * FaceSignature.Bins;
                float colour = Hellinger(signature, from, FaceSignature.FirstLevel),
                    level = Hellinger(signature, from + FaceSignature.FirstLevel, FaceSignature.Levels);
                sum += weight * ((0.6f * colour) + (0.4f * level));
                total += weight;
            }
        }

        return total > 0 ? (sum / total, total) : (0, 0);
    }

    private float Hellinger(FaceSignature signature, int from, int count)
    {
        float shared = 0;
        for (int i = from; i < from + count; i++)
        {
            shared += signature.Roots[i] / 255f * MathF.Sqrt(shares[i]);
        }

        return MathF.Sqrt(MathF.Max(0, 1 - shared));
    }
}
