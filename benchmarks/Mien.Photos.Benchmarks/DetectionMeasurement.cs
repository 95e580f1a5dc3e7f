namespace Mien.Photos.Benchmarks;

/// <summary>The photos in memory, with a detector and its settings.</summary>
internal sealed class DetectionMeasurement : IDisposable
{
    private readonly FaceExpressionRecognizer recognizer;
    private readonly float minScore;

    public DetectionMeasurement(IReadOnlyList<MarkedPhoto> photos, DetectorModel model, float minScore)
    {
        this.minScore = minScore;
        // One thread without spinning: this takes the least processor time in total and leaves the machine usable.
        recognizer = FaceExpressionRecognizer.Create(
            new RecognizerOptions
            {
                Detector = model,
                Inference = new ClassifierOptions { Threads = 1, Spinning = false },
                MaxFaceCropSize = 0,
            }
        );
        Names = [.. photos.Select(p => p.Name)];
        Photos = [.. photos.Select(Picture.Load)];
    }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<Picture> Photos { get; }

    public int Faces => Photos.Sum(p => p.Faces.Count);

    public DetectionOptions Options(Tiling tiles) => new() { Tiles = tiles, MinScore = minScore };

    /// <summary>Detects faces through the recognizer, because that also reports the number of detector runs.</summary>
    public (IReadOnlyList<DetectedFace> Faces, int Runs) Detect(Picture picture, DetectionOptions options)
    {
        using Photo photo = picture.ToPhoto();
        RecognitionResult result = recognizer.Recognize(photo, options: new RecognitionOptions { Detection = options });
        return (
            [.. result.Faces.Select(f => new DetectedFace(f.Box, f.Keypoints!, f.DetectionScore!.Value))],
            result.DetectorRuns
        );
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
        recognizer.Dispose();
        foreach (Picture photo in Photos)
        {
            photo.Dispose();
        }
    }
}
