using System.Globalization;
using SkiaSharp;

namespace Mien;

/// <summary>Draws the boxes and labels of a result onto an image. Thread-safe.</summary>
internal static class FaceMarks
{
    /// <summary>The text height of a large face's label, as a share of the square root of the image's area.</summary>
    private const float TextShare = 1 / 42f;

    /// <summary>Labels of small faces shrink to this share of the usual text height at most.</summary>
    private const float SmallestText = 0.6f;

    private const float MinText = 11;

    /// <summary>The minimum text height on an image that was enlarged to make room for its labels.</summary>
    private const float EnlargedText = 16;

    /// <summary>Draws all boxes, then all labels.</summary>
    /// <param name="canvas">The canvas of the image.</param>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    /// <param name="result">The boxes and labels to draw.</param>
    /// <param name="factor">
    /// The scale from the result's coordinates to the image: 1, or more for an enlarged image.
    /// </param>
    public static void Draw(SKCanvas canvas, int width, int height, RecognitionResult result, int factor) =>
        Draw(
            canvas,
            width,
            height,
            [
                .. result.Faces.Select(f => new FaceMark(
                    f.Box,
                    Label(f),
                    ExpressionColors.Of(f.Label),
                    f.IsUncertain,
                    IsThin: false
                )),
            ],
            factor
        );

    /// <summary>Draws all boxes, then all labels.</summary>
    /// <param name="canvas">The canvas of the image.</param>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    /// <param name="marks">The boxes and labels to draw.</param>
    /// <param name="factor">The scale from the boxes' coordinates to the image.</param>
    /// <returns>The rectangle of each label, inside the image.</returns>
    public static IReadOnlyList<SKRect> Draw(
        SKCanvas canvas,
        int width,
        int height,
        IReadOnlyList<FaceMark> marks,
        int factor
    )
    {
        float text = MathF.Max(factor > 1 ? EnlargedText : MinText, TextHeight(width, height));
        float line = MathF.Max(2, MathF.Round(text / 8));
        SKRect[] frames = [.. marks.Select(m => Frame(m.Box, factor, width, height, Line(m)))];

        // Boxes first, so that a neighbour's box does not run through a label.
        for (int i = 0; i < frames.Length; i++)
        {
            DrawFrame(canvas, frames[i], marks[i], Line(marks[i]));
        }

        var labels = new List<SKRect>();
        for (int i = 0; i < frames.Length; i++)
        {
            labels.Add(DrawLabel(canvas, width, height, frames[i], marks[i], text, line, labels, frames));
        }

        return labels;

        float Line(FaceMark mark) => mark.IsThin ? MathF.Max(1, MathF.Floor(line / 2)) : line;
    }

    /// <summary>The text height of a large face's label in pixels; labels have at least 11 pixels.</summary>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    public static float TextHeight(int width, int height) => MathF.Sqrt((float)width * height) * TextShare;

    /// <summary>
    /// Gets the text of a label, such as <c>happiness 93 %</c>, or <c>2: happiness 93 %</c> for track 2.
    /// </summary>
    public static string Label(RecognizedFace face) => Label(face.Track, face.Label, face.IsUncertain, face.Confidence);

    /// <summary>
    /// Gets the text of a label, such as <c>happiness 93 %</c>, or <c>2: happiness 93 %</c> for track 2.
    /// </summary>
    public static string Label(int? track, string label, bool isUncertain, float confidence)
    {
        string number = track is { } id ? string.Create(CultureInfo.InvariantCulture, $"{id}: ") : "";
        string mark = isUncertain ? "?" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{number}{label}{mark} {confidence * 100:0} %");
    }

    /// <summary>
    /// Clips a box to the image, inset so that its line is not cut off, and aligned to whole pixels so that the line is
    /// sharp.
    /// </summary>
    private static SKRect Frame(FaceBox box, int factor, int width, int height, float line)
    {
        float inset = MathF.Ceiling(line * 0.75f);
        float half = line % 2 / 2;
        float left = Math.Clamp(MathF.Round(box.X * factor), inset, MathF.Max(inset, width - inset)) + half;
        float top = Math.Clamp(MathF.Round(box.Y * factor), inset, MathF.Max(inset, height - inset)) + half;
        return new SKRect(
            left,
            top,
            MathF.Max(left, MathF.Min(MathF.Round(box.Right * factor), width - inset) - half),
            MathF.Max(top, MathF.Min(MathF.Round(box.Bottom * factor), height - inset) - half)
        );
    }

    private static void DrawFrame(SKCanvas canvas, SKRect frame, FaceMark mark, float line)
    {
        // A wider dark line below the coloured one keeps the box visible on any background.
        using SKPathEffect? dashes = mark.IsUncertain ? SKPathEffect.CreateDash([line * 4, line * 2], 0) : null;
        using var paint = new SKPaint
        {
            Style = SKPaintStyle.Stroke,
            IsAntialias = true,
            StrokeWidth = mark.IsThin ? line + 1 : line * 1.5f,
            Color = new SKColor(0, 0, 0, 150),
        };
        canvas.DrawRoundRect(frame, line, line, paint);
        paint.StrokeWidth = line;
        paint.Color = Color(mark);
        paint.PathEffect = dashes;
        canvas.DrawRoundRect(frame, line, line, paint);
    }

    private static SKRect DrawLabel(
        SKCanvas canvas,
        int width,
        int height,
        SKRect frame,
        FaceMark mark,
        float text,
        float line,
        List<SKRect> labels,
        SKRect[] frames
    )
    {
        string label = mark.Text;
        using var font = new SKFont(EmbeddedFont.Typeface, 100) { Edging = SKFontEdging.Antialias, Subpixel = true };
        float widthAt100 = font.MeasureText(label);

        // About as wide as the face, within the limits for this image and for readability, and never wider than the
        // image.
        float size = Math.Clamp(1.2f * frame.Width / widthAt100 * 100, text * SmallestText, text);
        size = MathF.Max(size, MinText);
        size = MathF.Min(size, MathF.Min(width / (widthAt100 + 60) * 100, height / 1.4f));
        font.Size = size;
        float padding = size * 0.28f;
        SKFontMetrics metrics = font.Metrics;
        var extent = new SKSize(
            font.MeasureText(label) + (2 * padding),
            metrics.Descent - metrics.Ascent + (padding * 0.6f)
        );
        SKRect place = LabelPlacement.Find(width, height, frame, extent, line * 0.75f, labels, frames);

        using var paint = new SKPaint { IsAntialias = true, Color = Color(mark) };
        canvas.DrawRoundRect(place, size * 0.15f, size * 0.15f, paint);
        paint.Color = mark.Color.IsLight ? SKColors.Black : SKColors.White;
        canvas.DrawText(
            label,
            place.Left + padding,
            place.Top + (padding * 0.3f) - metrics.Ascent,
            SKTextAlign.Left,
            font,
            paint
        );
        return place;
    }

    private static SKColor Color(FaceMark mark) => new(mark.Color.Red, mark.Color.Green, mark.Color.Blue);
}

/// <summary>A box with its label.</summary>
/// <param name="Box">The box.</param>
/// <param name="Text">The text of the label.</param>
/// <param name="Color">The colour of the box and of the label's ground.</param>
/// <param name="IsUncertain">Whether the box is dashed.</param>
/// <param name="IsThin">Whether the line of the box has half the width.</param>
internal readonly record struct FaceMark(
    FaceBox Box,
    string Text,
    AnnotationColor Color,
    bool IsUncertain,
    bool IsThin
);
