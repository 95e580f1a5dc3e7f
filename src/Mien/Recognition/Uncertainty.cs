namespace Mien;

/// <summary>Determines the reasons why a prediction is uncertain. Thread-safe.</summary>
internal static class Uncertainty
{
    /// <summary>
    /// The minimum <see cref="Contrast"/> of a crop, in gray values 0..255. 12 of the 28,709 Training images of FER2013
    /// and 2 of the 3,589 PublicTest images are below it, and none of them shows a face: 11 and 1 are black, the others
    /// have a contrast of 3 and 11. The images with the next higher contrast, 34 and 44, do show a face. A blank crop
    /// with noise of ±1 has a contrast of 2; with normal noise of standard deviation 2, at most 10.
    /// </summary>
    public const int MinContrast = 12;

    /// <summary>
    /// The minimum <see cref="FaceQuality.Size"/> in pixels: a third of the images of FER2013.
    /// </summary>
    public const float MinSize = 16;

    /// <summary>The minimum presence of a face in a given box, 0..1, as in MediaPipe's graphs.</summary>
    public const float MinPresence = 0.5f;

    /// <summary>The maximum yaw in degrees to either side. FER2013 contains few faces beyond it.</summary>
    public const float MaxYaw = 60;

    /// <summary>
    /// The inverse of the share of pixels that is ignored at each end of the histogram, so that a few specks do not
    /// count as contrast.
    /// </summary>
    private const int LeftOut = 100;

    /// <summary>
    /// Gets the reasons in the order of <see cref="UncertainReason"/>; empty if the prediction is not uncertain.
    /// </summary>
    /// <param name="result">The prediction.</param>
    /// <param name="uncertainBelow">The confidence, 0..1, below which predictions are uncertain.</param>
    /// <param name="crop">The crop that the network saw, as gray values 0..255.</param>
    /// <param name="quality">The quality of the face.</param>
    /// <param name="presence">The presence of a face, 0..1; 1 if it was detected or is a face crop.</param>
    /// <param name="isUnlike">Whether the face is unlike those that the model was adapted to.</param>
    public static IReadOnlyList<UncertainReason> Of(
        ExpressionResult result,
        float uncertainBelow,
        ReadOnlySpan<byte> crop,
        FaceQuality quality,
        float presence = 1,
        bool isUnlike = false
    )
    {
        ReadOnlySpan<bool> holds =
        [
            result.Confidence < uncertainBelow,
            Contrast(crop) < MinContrast,
            quality.Size < MinSize,
            presence < MinPresence,
            quality.Yaw is < -MaxYaw or > MaxYaw,
            isUnlike,
        ];
        List<UncertainReason>? reasons = null;
        for (int i = 0; i < holds.Length; i++)
        {
            if (holds[i])
            {
                (reasons ??= []).Add((UncertainReason)i);
            }
        }

        return reasons ?? (IReadOnlyList<UncertainReason>)[];
    }

    /// <summary>
    /// Computes the contrast of a crop, 0..255: the range of its gray values without the darkest and the brightest 1 %
    /// of the pixels (rounded down).
    /// </summary>
    public static int Contrast(ReadOnlySpan<byte> crop)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (byte gray in crop)
        {
            counts[gray]++;
        }

        int dark = 0,
            bright = 255;
        int ignored = crop.Length / LeftOut;
        for (int left = ignored; dark < 255 && counts[dark] <= left; dark++)
        {
            left -= counts[dark];
        }

        for (int left = ignored; bright > dark && counts[bright] <= left; bright--)
        {
            left -= counts[bright];
        }

        return bright - dark;
    }

    /// <summary>
    /// The reasons for a text, such as <c>no contrast</c>, without low confidence, which the percentage shows.
    /// </summary>
    public static string Text(IReadOnlyList<UncertainReason> reasons) =>
        string.Join(
            ", ",
            reasons
                .Where(r => r != UncertainReason.LowConfidence)
                .Select(r =>
                    r switch
                    {
                        UncertainReason.NoContrast => "no contrast",
                        UncertainReason.TooSmall => "too small",
                        UncertainReason.NotAFace => "not a face",
                        UncertainReason.UnlikeTrainingFaces => "unlike the training faces",
                        _ => r.Name(),
                    }
                )
        );
}
