using System.Numerics;

namespace Mien.Photos.Tests;

/// <summary>The original photos through the whole pipeline, from the file to the result.</summary>
public sealed class WholePhotoTests
{
    [Fact]
    public void There_are_22_marked_faces_inside_their_photos()
    {
        IReadOnlyList<MarkedPhoto> photos = TestPhotos.All();

        Assert.Equal([3, 3, 3, 4, 5, 4], photos.Select(p => p.Faces.Count));
        Check.All(
            photos,
            p =>
                Check.All(
                    p.Faces,
                    f =>
                    {
                        Assert.InRange(f.Box.X, 0, p.Width - f.Box.Width);
                        Assert.InRange(f.Box.Y, 0, p.Height - f.Box.Height);
                        Check.All(
                            new[] { f.LeftEye, f.RightEye, f.Mouth }.OfType<FacePoint>(),
                            point =>
                            {
                                Assert.InRange(point.X, f.Box.X, f.Box.Right);
                                Assert.InRange(point.Y, f.Box.Y, f.Box.Bottom);
                            }
                        );
                    }
                )
        );
    }

    [Fact]
    public void The_default_options_find_every_face_without_false_positives()
    {
        foreach (MarkedPhoto photo in TestPhotos.All())
        {
            RecognitionResult result = TestPhotos.Recognizer.Recognize(photo.Path);

            Assert.Equal((photo.Width, photo.Height), (result.Width, result.Height));
            Matching matching = Matching.Of(photo.Faces, TestPhotos.Faces(result));
            Assert.True(
                matching.FoundCount == photo.Faces.Count && matching.False.Count == 0,
                $"{photo}: {matching.FoundCount} of {photo.Faces.Count} faces found, {matching.False.Count} false "
                    + $"positive(s)."
            );
            Check.All(
                photo.Faces.Zip(matching.Found),
                pair => Assert.InRange(pair.First.Box.IntersectionOverUnion(pair.Second!.Box), 0.5f, 1)
            );
        }
    }

    [Fact]
    public void One_run_on_the_whole_photo_finds_most_faces_and_all_tiles_find_every_face()
    {
        (int none, int all) = (0, 0);
        foreach (MarkedPhoto photo in TestPhotos.All())
        {
            RecognitionResult whole = Recognize(photo, Tiling.None);
            RecognitionResult tiled = Recognize(photo, Tiling.All);

            Assert.Equal(2, whole.DetectorRuns); // two networks on the whole photo
            none += Matching.Of(photo.Faces, TestPhotos.Faces(whole)).FoundCount;
            all += Matching.Of(photo.Faces, TestPhotos.Faces(tiled)).FoundCount;
        }

        Assert.InRange(none, 21, 22);
        Assert.Equal(22, all);
    }

    [Fact]
    public void Eyes_and_mouth_are_near_their_marks()
    {
        var eyes = new List<float>();
        var mouths = new List<float>();
        foreach (MarkedPhoto photo in TestPhotos.All())
        {
            Matching matching = Matching.Of(photo.Faces, TestPhotos.Faces(TestPhotos.Recognizer.Recognize(photo.Path)));
            foreach ((MarkedFace marked, DetectedFace? found) in photo.Faces.Zip(matching.Found))
            {
                // Relative to the distance between the eyes; without the face in profile and the one with an eye behind
                // hair.
                if (marked.EyeDistance is { } unit && found is not null)
                {
                    eyes.Add(Distance(marked.LeftEye!.Value, found.Keypoints.LeftEye) / unit);
                    eyes.Add(Distance(marked.RightEye!.Value, found.Keypoints.RightEye) / unit);
                    mouths.Add(Distance(marked.Mouth, found.Keypoints.Mouth) / unit);
                }
            }
        }

        Assert.Equal(40, eyes.Count);
        Assert.InRange(eyes.Average(), 0, 0.12f);
        Assert.InRange(eyes.Max(), 0, 0.25f);
        Assert.InRange(mouths.Average(), 0, 0.18f);
        Assert.InRange(mouths.Max(), 0, 0.4f);
    }

    [Fact]
    public void A_photo_decoded_at_a_reduced_scale_gives_boxes_in_full_resolution()
    {
        MarkedPhoto photo = TestPhotos.All()[4];
        using Picture picture = Picture.Load(photo);
        using Picture large = picture.Scaled(2);
        byte[] jpeg = OrientedJpeg.Encode(large.Bitmap, 1);

        // Without tiles, small faces cannot be found anyway, so half the resolution is enough.
        RecognitionResult result = TestPhotos.Recognizer.Recognize(
            jpeg,
            options: new RecognitionOptions { Detection = new DetectionOptions { Tiles = Tiling.None } }
        );

        Assert.Equal((2 * photo.Width, 2 * photo.Height), (result.Width, result.Height));
        IReadOnlyList<DetectedFace> small = TestPhotos.Detect(picture, Tiling.None);
        Assert.NotEmpty(small);
        Assert.Equal(small.Count, result.Faces.Count);
        Check.All(
            small.Zip(result.Faces),
            pair =>
                Assert.InRange(
                    new FaceBox(
                        pair.First.Box.X * 2,
                        pair.First.Box.Y * 2,
                        pair.First.Box.Width * 2,
                        pair.First.Box.Height * 2
                    ).IntersectionOverUnion(pair.Second.Box),
                    0.85f,
                    1
                )
        );
    }

    private static RecognitionResult Recognize(MarkedPhoto photo, Tiling tiles) =>
        TestPhotos.Recognizer.Recognize(
            photo.Path,
            new RecognitionOptions { Detection = new DetectionOptions { Tiles = tiles } }
        );

    private static float Distance(FacePoint a, FacePoint b) =>
        Vector2.Distance(new Vector2(a.X, a.Y), new Vector2(b.X, b.Y));
}
