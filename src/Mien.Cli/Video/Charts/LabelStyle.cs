using SkiaSharp;

namespace Mien.Cli;

/// <summary>
/// How the line of a label is drawn: the colour of the annotator, a dash pattern, and a dark edge for light colours, so
/// that lines differ in print and for any colour vision.
/// </summary>
/// <param name="Color">The colour.</param>
/// <param name="Dashes">Lengths of dashes and gaps in pixels; empty for a solid line.</param>
internal sealed record LabelStyle(AnnotationColor Color, IReadOnlyList<float> Dashes)
{
    // In the order of the seven expressions. The two most frequent ones are solid; they differ in lightness.
    private static readonly float[][] Patterns =
    [
        [9, 4],
        [2, 3],
        [9, 3, 2, 3],
        [],
        [14, 4],
        [5, 3],
        [],
    ];

    // Further labels share a colour, so they need patterns of their own.
    private static readonly float[][] Others =
    [
        [],
        [6, 3],
        [2, 2],
        [12, 3, 3, 3],
        [3, 6],
        [16, 6],
    ];

    /// <summary>Whether the line needs a dark edge on white.</summary>
    public bool IsLight => Color.IsLight;

    public SKColor Skia => new(Color.Red, Color.Green, Color.Blue);

    /// <summary>One style per label.</summary>
    public static IReadOnlyList<LabelStyle> Of(IReadOnlyList<string> labels)
    {
        int other = 0;
        return
        [
            .. labels.Select(label => new LabelStyle(
                ExpressionColors.Of(label),
                Expressions.TryParse(label, out Expression expression)
                    ? Patterns[(int)expression]
                    : Others[other++ % Others.Length]
            )),
        ];
    }
}
