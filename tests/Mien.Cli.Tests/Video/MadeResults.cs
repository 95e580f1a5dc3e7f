using Mien.Video;
using SkiaSharp;

namespace Mien.Cli.Tests;

/// <summary>Results of made videos, with known tracks and probabilities. Tracks come from the real tracker.</summary>
internal sealed class MadeResults(double timeConstant = 0, bool withPhotos = false) : IDisposable
{
    public const int Width = 640;
    public const int Height = 360;

    private readonly FaceTracker tracker = new(
        new FaceTrackerOptions { TimeConstant = TimeSpan.FromSeconds(timeConstant), MaxGap = TimeSpan.FromSeconds(30) }
    );
    private readonly List<Photo> photos = [];
    private long number;

    public static ModelContract Contract { get; } = Made.Contract(48, 48);

    public static VideoInfo Info(double? duration = null, string name = "clip.mp4") =>
        new()
        {
            Name = name,
            Width = Width,
            Height = Height,
            Start = TimeSpan.Zero,
            Duration = duration is { } d ? TimeSpan.FromSeconds(d) : null,
            FramesPerSecond = 25,
            Codec = "h264",
        };

    /// <summary>A frame with one face per given place; a place is a track as long as it is used.</summary>
    public FrameResult Frame(double time, params (int Place, LabelScores Scores)[] faces) =>
        Frame(time, isCut: false, faces);

    public FrameResult Frame(double time, bool isCut, params (int Place, LabelScores Scores)[] faces)
    {
        if (isCut)
        {
            tracker.Reset();
        }

        RecognizedFace[] recognized =
        [
            .. faces.Select(f => MadeFaces.Of(new FaceBox(20 + (210 * f.Place), 100, 160, 160), f.Scores)),
        ];
        var at = TimeSpan.FromSeconds(time);
        return new FrameResult(
            number++,
            at,
            Width,
            Height,
            tracker.Update(recognized, at),
            isCut,
            withPhotos ? Picture(faces) : null
        );
    }

    public void Dispose() => photos.ForEach(p => p.Dispose());

    /// <summary>A frame with the synthetic faces of the repository, each on its place.</summary>
    private Photo Picture((int Place, LabelScores Scores)[] faces)
    {
        GrayImage image = MadePhotos.Canvas(
            Width,
            Height,
            [
                .. faces.Select(f => new MadeFace(
                    ((Expression)f.Scores.Values.Index().MaxBy(s => s.Item).Index).Name(),
                    20 + (210 * f.Place),
                    100,
                    160
                )),
            ]
        );
        Photo photo = MadePhotos.Photo(image);
        photos.Add(photo);
        return photo;
    }

    /// <summary>A colour picture of a file.</summary>
    public static SKBitmap Decode(byte[] data) => SKBitmap.Decode(data);
}
