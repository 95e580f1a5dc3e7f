using SkiaSharp;

namespace Mien.Cli;

/// <summary>
/// Draws on the frames of a film: boxes and labels as <see cref="PhotoAnnotator"/> draws them, a running chart per
/// track, the time and a legend. Boxes are thinner in frames that were not analysed. Nothing is drawn outside the
/// frame. Frames must be drawn in their order. Not thread-safe.
/// </summary>
internal sealed class FilmPainter : IDisposable
{
    /// <summary>Text is at least this high, in pixels.</summary>
    private const float MinText = 11;

    private readonly int width;
    private readonly int height;
    private readonly IReadOnlyList<string> labels;
    private readonly FilmFooter footer;
    private readonly FilmChart chart;
    private readonly FilmChartPlaces places;

    /// <summary>Prepares the drawing.</summary>
    /// <param name="width">The width of the frames in pixels.</param>
    /// <param name="height">The height of the frames in pixels.</param>
    /// <param name="labels">The labels of the model.</param>
    public FilmPainter(int width, int height, IReadOnlyList<string> labels)
    {
        (this.width, this.height, this.labels) = (width, height, labels);
        float text = MathF.Max(MinText, FaceMarks.TextHeight(width, height));
        IReadOnlyList<LabelStyle> styles = LabelStyle.Of(labels);
        footer = new FilmFooter(width, height, text, labels, styles);
        chart = new FilmChart(text, styles);
        places = new FilmChartPlaces(width, height - (int)MathF.Ceiling(footer.Area.Height), text);
    }

    /// <summary>Draws on a frame.</summary>
    /// <param name="frame">The frame, whose pixels are changed; nothing else may use them.</param>
    /// <param name="time">The time of the frame.</param>
    /// <param name="faces">Its faces.</param>
    public void Draw(Photo frame, TimeSpan time, IReadOnlyList<FilmFace> faces) =>
        PhotoCanvas.Draw(frame, canvas => Draw(canvas, time, faces));

    public void Dispose()
    {
        footer.Dispose();
        chart.Dispose();
    }

    private void Draw(SKCanvas canvas, TimeSpan time, IReadOnlyList<FilmFace> faces)
    {
        IReadOnlyList<SKRect> marks = FaceMarks.Draw(canvas, width, height, [.. faces.Select(Mark)], factor: 1);
        SKRect[] boxes = [.. faces.Select(f => Inside(f.Box))];
        var taken = new List<SKRect>(marks);
        for (int i = 0; i < faces.Count; i++)
        {
            if (places.Find(faces[i].Track, i, boxes, marks[i], taken) is { } area)
            {
                chart.Draw(canvas, area, time, faces[i]);
                taken.Add(area);
            }
        }

        places.Forget(faces);
        footer.Draw(canvas, time);
    }

    private FaceMark Mark(FilmFace face)
    {
        string label = labels[face.Top];
        return new FaceMark(
            face.Box,
            FaceMarks.Label(face.Track, label, face.IsUncertain, face.Scores[face.Top]),
            ExpressionColors.Of(label),
            face.IsUncertain,
            IsThin: !face.IsAnalysed
        );
    }

    private SKRect Inside(FaceBox box)
    {
        FaceBox inside = box.ClippedTo(width, height);
        return SKRect.Create(inside.X, inside.Y, inside.Width, inside.Height);
    }
}
