using SkiaSharp;

namespace Mien;

/// <summary>
/// DejaVu Sans, embedded in the library because Skia silently draws no text on machines without fonts. Thread-safe.
/// </summary>
internal static class EmbeddedFont
{
    private static readonly Lazy<SKTypeface> Loaded = new(() =>
    {
        using Stream stream = typeof(EmbeddedFont).Assembly.GetManifestResourceStream("Mien.Fonts.DejaVuSans.ttf")!;
        return SKTypeface.FromStream(stream);
    });

    /// <summary>The typeface, loaded once per process.</summary>
    public static SKTypeface Typeface => Loaded.Value;
}
