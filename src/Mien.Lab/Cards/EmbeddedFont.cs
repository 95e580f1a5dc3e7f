using Mien.Evaluation;
using ScottPlot;
using SkiaSharp;

namespace Mien.Lab;

/// <summary>
/// DejaVu Sans, which travels with the library: where no font is installed, Skia silently draws no text at all, and
/// where one is, plots would differ from machine to machine.
/// </summary>
internal sealed class EmbeddedFont : IFontResolver
{
    /// <summary>The family's name, to be set on plots.</summary>
    public const string Name = "Mien DejaVu Sans";

    private static readonly Lazy<bool> Registered = new(() =>
    {
        Fonts.FontResolvers.Add(new EmbeddedFont());
        return true;
    });

    private readonly SKData data;

    private EmbeddedFont()
    {
        using Stream stream = typeof(ExpressionClassifier).Assembly.GetManifestResourceStream(
            "Mien.Fonts.DejaVuSans.ttf"
        )!;
        data = SKData.Create(stream);
    }

    /// <summary>Makes the font known to ScottPlot, once a process.</summary>
    public static void Register() => _ = Registered.Value;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
        fontName == Name ? SKTypeface.FromData(data) : null;

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing width) =>
        CreateTypeface(fontName, bold: false, italic: false);
}
