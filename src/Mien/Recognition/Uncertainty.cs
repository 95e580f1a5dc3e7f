namespace Mien;

/// <summary>Decides why a result is uncertain. Thread-safe.</summary>
internal static class Uncertainty
{
    /// <summary>
    /// Crops whose gray values, 0..255, spread less than this have no contrast, see <see cref="Contrast"/>. Of
    /// FER2013's Training (28,709 images) 12 lie under it and of PublicTest (3,589) 2; none of them shows a face: 11
    /// and 1 are black, the others spread 3 and 11. The next ones spread 34 and 44, and do show one. A blank crop with
    /// noise of ±1 spreads 2, with normal noise of a standard deviation of 2 at most 10.
    /// </summary>
    public const int MinContrast = 12;

    /// <summary>One pixel in so many is left out at each end: specks give a blank crop no contrast.</summary>
    private const int LeftOut = 100;

    private static readonly UncertainReason[] None = [];

    /// <summary>The reasons, in the order of <see cref="UncertainReason"/>; empty: the result is certain.</summary>
    /// <param name="result">What the network says.</param>
    /// <param name="uncertainBelow">The confidence, 0..1, under which results are uncertain.</param>
    /// <param name="crop">What the network saw, gray values 0..255.</param>
    public static IReadOnlyList<UncertainReason> Of(
        ExpressionResult result,
        float uncertainBelow,
        ReadOnlySpan<byte> crop
    ) => Of(result.Confidence < uncertainBelow, Contrast(crop) < MinContrast);

    /// <summary>The reasons that hold.</summary>
    public static IReadOnlyList<UncertainReason> Of(bool lowConfidence, bool noContrast) =>
        (lowConfidence, noContrast) switch
        {
            (true, true) => [UncertainReason.LowConfidence, UncertainReason.NoContrast],
            (true, false) => [UncertainReason.LowConfidence],
            (false, true) => [UncertainReason.NoContrast],
            _ => None,
        };

    /// <summary>
    /// How far the gray values of a crop spread, 0..255: from the darkest to the brightest one once the darkest and the
    /// brightest hundredth of the pixels are left out, rounded down.
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
                        _ => r.Name(),
                    }
                )
        );
}
