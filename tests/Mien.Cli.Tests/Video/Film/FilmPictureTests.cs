using Mien.Video;
using SkiaSharp;

namespace Mien.Cli.Tests;

/// <summary>A frame of the film of the made scene.</summary>
public sealed class FilmPictureTests
{
    /// <summary>The time at which both people change their expression.</summary>
    private const double Shown = 54.4;

    /// <summary>Draws the frame, and writes it to a folder for people and for docs/images.</summary>
    [Fact]
    public void A_frame_with_two_tracks_is_drawn()
    {
        using var results = new MadeResults(timeConstant: 0.5, withPhotos: true);
        var timeline = new FilmTimeline(Expressions.Count, TimeSpan.FromSeconds(2));
        FrameResult shown = null!;
        foreach (FrameResult frame in DemoVideo.Frames(results))
        {
            timeline.Add(frame);
            shown = frame.Time <= TimeSpan.FromSeconds(Shown + 0.01) ? frame : shown;
        }

        var cursor = new FilmCursor(timeline);
        using var painter = new FilmPainter(shown.Width, shown.Height, Expressions.Names);
        using var photo = Photo.FromPixels(shown.Photo!.Rgba, shown.Width, shown.Height, PixelLayout.Rgbx);
        IReadOnlyList<FilmFace> faces = cursor.MoveTo(shown.Frame, shown.Time);
        painter.Draw(photo, shown.Time, faces);

        Assert.Equal(2, faces.Count);
        Check.All(faces, f => Assert.Equal(26, f.History.Count)); // 5 s at 5 frames per second
        Assert.True(DrawnBox.Count(shown.Photo.Rgba, photo.Rgba) > 10_000);
        if (Environment.GetEnvironmentVariable("MIEN_CHART_FOLDER") is { Length: > 0 } folder)
        {
            var info = new SKImageInfo(photo.Width, photo.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using SKImage image = SKImage.FromPixelCopy(info, photo.Rgba);
            using SKData jpeg = image.Encode(SKEncodedImageFormat.Jpeg, 85);
            File.WriteAllBytes(Path.Combine(folder, "video-film.jpg"), jpeg.ToArray());
        }
    }
}
