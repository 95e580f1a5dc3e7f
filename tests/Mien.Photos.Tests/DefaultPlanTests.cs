namespace Mien.Photos.Tests;

/// <summary>What the default plan of detection promises (docs/detection.md).</summary>
public sealed class DefaultPlanTests : IDisposable
{
    private readonly FaceDetector detector = FaceDetector.Load(
        DetectorModel.Auto,
        new ClassifierOptions { Threads = 1, Spinning = false }
    );

    public static TheoryData<float, int> CutRows
    {
        get
        {
            var rows = new TheoryData<float, int>();
            foreach (int pixels in PlanPictures.CutSizes)
            {
                foreach (float cut in PlanPictures.Cuts)
                {
                    rows.Add(cut, pixels);
                }
            }

            return rows;
        }
    }

    public void Dispose() => detector.Dispose();

    [Fact]
    public void Every_marked_face_is_found_and_nothing_else()
    {
        Assert.Equal((22, 22, 0), Count(Photos(p => [p.Scaled(1)])));
    }

    [Fact]
    public void Pictures_without_a_face_give_no_false_positives()
    {
        Picture[] photos = [.. TestPhotos.All().Select(Picture.Load)];
        try
        {
            int pictures = 0;
            foreach (Picture picture in FaceFree.All(photos))
            {
                using (picture)
                {
                    pictures++;
                    Assert.True(Detect(picture).Count == 0, $"picture {pictures}");
                }
            }

            Assert.Equal(141, pictures);
        }
        finally
        {
            Array.ForEach(photos, p => p.Dispose());
        }
    }

    [Theory]
    [MemberData(nameof(CutRows))]
    public void A_face_that_fills_the_picture_or_is_cut_off_is_found(float cut, int pixels)
    {
        (int marked, int found, _) = Count(Photos(p => PlanPictures.CutFaces(p, cut, pixels)));

        Assert.Equal(22, marked);
        Assert.InRange(found, 21, 22);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(135)]
    [InlineData(180)]
    public void Turned_faces_are_found_at_any_angle_and_their_roll_is_right(int angle)
    {
        int found = 0;
        foreach (Picture picture in Photos(p => [p.Rotated(angle)]))
        {
            using (picture)
            {
                Matching matching = Matching.Of(
                    picture.Faces,
                    Detect(picture, new DetectionOptions { Angles = AngleSearch.Any })
                );
                found += matching.Found.Count(f =>
                    f is not null && MathF.Abs(MathF.IEEERemainder(f.Keypoints.Roll - angle, 360)) < 40
                );
            }
        }

        Assert.InRange(found, 20, 22);
    }

    [Fact]
    public void The_faces_of_a_panorama_are_found()
    {
        Picture[] photos = [.. TestPhotos.All().Select(Picture.Load)];
        try
        {
            using Picture panorama = PlanPictures.Panorama(photos);
            Matching matching = Matching.Of(panorama.Faces, Detect(panorama));

            Assert.InRange(panorama.Faces.Count, 20, 100);
            Assert.Equal(panorama.Faces.Count, matching.FoundCount);
        }
        finally
        {
            Array.ForEach(photos, p => p.Dispose());
        }
    }

    private static IEnumerable<Picture> Photos(Func<Picture, IEnumerable<Picture>> make)
    {
        foreach (MarkedPhoto photo in TestPhotos.All())
        {
            using Picture picture = Picture.Load(photo);
            foreach (Picture made in make(picture))
            {
                yield return made;
            }
        }
    }

    private (int Marked, int Found, int False) Count(IEnumerable<Picture> pictures)
    {
        (int marked, int found, int others) = (0, 0, 0);
        foreach (Picture picture in pictures)
        {
            using (picture)
            {
                Matching matching = Matching.Of(picture.Faces, Detect(picture));
                marked += picture.Faces.Count;
                found += matching.FoundCount;
                others += matching.False.Count;
            }
        }

        return (marked, found, others);
    }

    private IReadOnlyList<DetectedFace> Detect(Picture picture, DetectionOptions? options = null)
    {
        using Photo photo = picture.ToPhoto();
        return detector.Detect(photo, options);
    }
}
