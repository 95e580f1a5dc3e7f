using Mien.Video;

namespace Mien.Cli.Tests;

/// <summary>Results of made videos, with known tracks and probabilities. Tracks come from the real tracker.</summary>
internal sealed class MadeResults(double timeConstant = 0, bool withPhotos = false) : IDisposable
{
    public const int Width = 640;
    public const int Height = 360;

    private readonly FaceTracker tracker = new(
        new FaceTrackerOptions { TimeConstant = TimeSpan.FromSeconds(timeConstant), MaxGap = TimeSpan.FromSeconds(30) }
    );
    private readonly Dictionary<string, Photo> photos = [];
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

    public void Dispose()
    {
        foreach (Photo photo in photos.Values)
        {
            photo.Dispose();
        }
    }

    /// <summary>A frame with the synthetic faces of the repository, each on its place.</summary>
    private Photo Picture((int Place, LabelScores Scores)[] faces)
    {
        MadeFace[] shown = [.. faces.Select(f => new MadeFace(Name(f.Scores), 20 + (210 * f.Place), 100, 160))];
        string key = string.Join(' ', shown.Select(f => $"{f.Name} {f.X}"));
        if (!photos.TryGetValue(key, out Photo? photo))
        {
            photo = MadePhotos.Photo(MadePhotos.Canvas(Width, Height, shown));
            photos.Add(key, photo);
        }

        return photo;
    }

    private static string Name(LabelScores scores) => scores.Labels[scores.Values.Index().MaxBy(s => s.Item).Index];
}
