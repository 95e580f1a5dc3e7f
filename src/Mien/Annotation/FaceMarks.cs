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
    public static void Draw(SKCanvas canvas, int width, int height, RecognitionResult result, int factor)
    {
        float text = MathF.Max(factor > 1 ? EnlargedText : MinText, MathF.Sqrt((float)width * height) * TextShare);
        float line = MathF.Max(2, MathF.Round(text / 8));
        SKRect[] frames = [.. result.Faces.Select(f => Frame(f.Box, factor, width, height, line))];

        // Boxes first, so that a neighbour's box does not run through a label.
        for (int i = 0; i < frames.Length; i++)
        {
            DrawFrame(canvas, frames[i], result.Faces[i], line);
        }

        var labels = new List<SKRect>();
        for (int i = 0; i < frames.Length; i++)
        {
            labels.Add(DrawLabel(canvas, width, height, frames[i], result.Faces[i], text, line, labels, frames));
        }
    }

    /// <summary>
    /// Gets the text of a label, such as <c>happiness 93 %</c>, or <c>2: happiness 93 %</c> for track 2.
    /// </summary>
    public static string Label(RecognizedFace face)
    {
        string track = face.Track is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number}: ") : "";
        string mark = face.IsUncertain ? "?" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{track}{face.Label}{mark} {face.Confidence * 100:0} %");
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

    private static void DrawFrame(SKCanvas canvas, SKRect frame, RecognizedFace face, float line)
    {
        // A wider dark line below the coloured one keeps the box visible on any background.
        using SKPathEffect? dashes = face.IsUncertain ? SKPathEffect.CreateDash([line * 4, line * 2], 0) : null;
        using var paint = new SKPaint
        {
            Style = SKPaintStyle.Stroke,
            IsAntialias = true,
            StrokeWidth = line * 1.5f,
            Color = new SKColor(0, 0, 0, 150),
        };
        canvas.DrawRoundRect(frame, line, line, paint);
        paint.StrokeWidth = line;
        paint.Color = Color(face);
        paint.PathEffect = dashes;
        canvas.DrawRoundRect(frame, line, line, paint);
    }

    private static SKRect DrawLabel(
        SKCanvas canvas,
        int width,
        int height,
        SKRect frame,
        RecognizedFace face,
        float text,
        float line,
        List<SKRect> labels,
        SKRect[] frames
    )
    {
        string label = Label(face);
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

        using var paint = new SKPaint { IsAntialias = true, Color = Color(face) };
        canvas.DrawRoundRect(place, size * 0.15f, size * 0.15f, paint);
        paint.Color = ExpressionColors.Of(face.Label).IsLight ? SKColors.Black : SKColors.White;
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

    private static SKColor Color(RecognizedFace face)
    {
        AnnotationColor color = ExpressionColors.Of(face.Label);
        return new SKColor(color.Red, color.Green, color.Blue);
    }
}
