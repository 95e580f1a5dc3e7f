using SkiaSharp;

namespace Mien;

/// <summary>
/// DejaVu Sans, which travels inside the library: where no font is installed, Skia silently draws no text at all.
/// Thread-safe.
/// </summary>
internal static class EmbeddedFont
{
    private static readonly Lazy<SKTypeface> Loaded = new(() =>
    {
        using Stream stream = typeof(EmbeddedFont).Assembly.GetManifestResourceStream("Mien.Fonts.DejaVuSans.ttf")!;
        return SKTypeface.FromStream(stream);
    });

    /// <summary>The typeface, one for the process.</summary>
    public static SKTypeface Typeface => Loaded.Value;
}
