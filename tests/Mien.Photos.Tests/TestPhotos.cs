namespace Mien.Photos.Tests;

/// <summary>The photos for the tests, and a shared recognizer.</summary>
internal static class TestPhotos
{
    private static readonly Lazy<FaceExpressionRecognizer> SharedRecognizer = new(() =>
        FaceExpressionRecognizer.Create(
            new RecognizerOptions
            {
                Inference = new ClassifierOptions { Threads = 1, Spinning = false },
            }
        )
    );

    /// <summary>
    /// A recognizer with the default options except for the number of threads, because tests run in parallel. Shared by
    /// all tests; do not dispose it.
    /// </summary>
    public static FaceExpressionRecognizer Recognizer => SharedRecognizer.Value;

    /// <summary>Gets the six photos; without them the test is skipped, or fails (<see cref="Requirements"/>).</summary>
    public static IReadOnlyList<MarkedPhoto> All()
    {
        if (PhotoMarks.Find(out string problem) is { } photos)
        {
            return Check.NotEmpty(photos);
        }

        Requirements.Missing(Requirements.Photos, problem);
        return [];
    }

    public static IReadOnlyList<DetectedFace> Detect(Picture picture, Tiling tiles = Tiling.Auto)
    {
        using Photo photo = picture.ToPhoto();
        return Faces(
            Recognizer.Recognize(
                photo,
                options: new RecognitionOptions
                {
                    Detection = new DetectionOptions { Tiles = tiles },
                    IsFaceCrop = false,
                }
            )
        );
    }

    public static IReadOnlyList<DetectedFace> Faces(RecognitionResult result) =>
        [.. result.Faces.Select(f => new DetectedFace(f.Box, f.Keypoints!, f.DetectionScore!.Value))];

    /// <summary>
    /// Counts the marked faces, the found ones and the false positives of several images, and disposes the images.
    /// </summary>
    public static (int Marked, int Found, int False) Count(IEnumerable<Picture> pictures, Tiling tiles = Tiling.Auto)
    {
        (int marked, int found, int others) = (0, 0, 0);
        foreach (Picture picture in pictures)
        {
            using (picture)
            {
                Matching matching = Matching.Of(picture.Faces, Detect(picture, tiles));
                marked += picture.Faces.Count;
                found += matching.FoundCount;
                others += matching.False.Count;
            }
        }

        return (marked, found, others);
    }
}
