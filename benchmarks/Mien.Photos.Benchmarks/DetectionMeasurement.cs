namespace Mien.Photos.Benchmarks;

/// <summary>The photos in memory, with a detector and its settings.</summary>
internal sealed class DetectionMeasurement : IDisposable
{
    private readonly FaceDetector detector;
    private readonly float minScore;

    public DetectionMeasurement(IReadOnlyList<MarkedPhoto> photos, DetectorModel model, float minScore)
    {
        this.minScore = minScore;
        Model = model;
        // One thread without spinning: this takes the least processor time in total and leaves the machine usable.
        detector = FaceDetector.Load(model, new ClassifierOptions { Threads = 1, Spinning = false });
        Names = [.. photos.Select(p => p.Name)];
        Photos = [.. photos.Select(Picture.Load)];
    }

    public DetectorModel Model { get; }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<Picture> Photos { get; }

    public int Faces => Photos.Sum(p => p.Faces.Count);

    public DetectionOptions Options(Tiling tiles) => new() { Tiles = tiles, MinScore = minScore };

    /// <summary>Detects faces, and reports the number of detector runs.</summary>
    public (IReadOnlyList<DetectedFace> Faces, int Runs) Detect(Picture picture, DetectionOptions options)
    {
        using Photo photo = picture.ToPhoto();
        return (detector.Detect(photo, options, out int runs, CancellationToken.None), runs);
    }

    public Matching Match(Picture picture, DetectionOptions options) =>
        Matching.Of(picture.Faces, Detect(picture, options).Faces);

    /// <summary>Matches several images and sums up the counts.</summary>
    public Count Match(IEnumerable<Picture> pictures, DetectionOptions options)
    {
        var count = new Count();
        foreach (Picture picture in pictures)
        {
            (IReadOnlyList<DetectedFace> faces, int runs) = Detect(picture, options);
            Matching matching = Matching.Of(picture.Faces, faces);
            count = new Count(
                count.Pictures + 1,
                count.Marked + picture.Faces.Count,
                count.Found + matching.FoundCount,
                count.False + matching.False.Count,
                count.Runs + runs
            );
        }

        return count;
    }

    public void Dispose()
    {
        detector.Dispose();
        foreach (Picture photo in Photos)
        {
            photo.Dispose();
        }
    }
}
