namespace Mien.Photos.Benchmarks;

/// <summary>The photos in memory, both detectors, and how they are run.</summary>
internal sealed class DetectionMeasurement : IDisposable
{
    private readonly Dictionary<DetectorModel, FaceDetector> detectors =
        Enum.GetValues<DetectorModel>().ToDictionary(m => m, m => FaceDetector.Load(m));

    public DetectionMeasurement(IReadOnlyList<MarkedPhoto> photos)
    {
        Names = [.. photos.Select(p => p.Name)];
        Photos = [.. photos.Select(Picture.Load)];
    }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<Picture> Photos { get; }

    public int Faces => Photos.Sum(p => p.Faces.Count);

    public IReadOnlyList<DetectedFace> Detect(Picture picture, DetectorModel model, DetectionOptions options)
    {
        using Photo photo = picture.ToPhoto();
        return detectors[model].Detect(photo, options);
    }

    public Matching Match(Picture picture, DetectorModel model, DetectionOptions options) =>
        Matching.Of(picture.Faces, Detect(picture, model, options));

    /// <summary>Matches several pictures and sums up.</summary>
    public Count Match(IEnumerable<Picture> pictures, DetectorModel model, DetectionOptions options)
    {
        var count = new Count();
        foreach (Picture picture in pictures)
        {
            Matching matching = Match(picture, model, options);
            count = new Count(count.Marked + picture.Faces.Count, count.Found + matching.FoundCount, count.False + matching.False.Count);
        }

        return count;
    }

    public void Dispose()
    {
        foreach (FaceDetector detector in detectors.Values)
        {
            detector.Dispose();
        }

        foreach (Picture photo in Photos)
        {
            photo.Dispose();
        }
    }
}
