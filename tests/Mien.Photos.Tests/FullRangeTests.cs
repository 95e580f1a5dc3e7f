using SkiaSharp;

namespace Mien.Photos.Tests;

/// <summary>The full-range detector, in one run over the whole image.</summary>
public sealed class FullRangeTests : IDisposable
{
    private readonly FaceDetector detector = FaceDetector.Load(
        DetectorModel.Full,
        new ClassifierOptions { Threads = 1, Spinning = false }
    );

    public void Dispose() => detector.Dispose();

    [Theory]
    [InlineData(0.5f)]
    [InlineData(0.6f)]
    public void One_run_finds_every_face_without_false_positives(float minScore)
    {
        foreach (MarkedPhoto photo in TestPhotos.All())
        {
            using Picture picture = Picture.Load(photo);
            Matching matching = Matching.Of(picture.Faces, Detect(picture, minScore));

            Assert.True(
                matching.FoundCount == photo.Faces.Count && matching.False.Count == 0,
                $"{photo}: {matching.FoundCount} of {photo.Faces.Count} faces found, {matching.False.Count} false "
                    + $"positive(s)."
            );
        }
    }

    [Theory]
    [InlineData(0.75f, 21, 22)]
    [InlineData(0.5f, 14, 18)]
    [InlineData(0.35f, 4, 9)]
    public void Smaller_faces_are_found_less_often(float scale, int minimum, int maximum)
    {
        int found = 0;
        foreach (MarkedPhoto photo in TestPhotos.All())
        {
            // In the middle of a black image of the photo's size, so that the faces are smaller for the detector too.
            using Picture picture = Picture.Load(photo);
            using Picture small = picture.Scaled(scale);
            int left = (photo.Width - small.Width) / 2;
            int top = (photo.Height - small.Height) / 2;
            using Picture framed = small.Part(new SKRectI(-left, -top, photo.Width - left, photo.Height - top));
            found += Matching.Of(framed.Faces, Detect(framed, 0.5f)).FoundCount;
        }

        Assert.InRange(found, minimum, maximum);
    }

    [Fact]
    public void Images_without_a_face_give_no_false_positives()
    {
        int images = 0;
        foreach ((string name, Picture picture) in FaceFree.Textures())
        {
            using (picture)
            {
                Assert.True(Detect(picture, 0.6f).Count == 0, $"A face was found in {name}.");
                images++;
            }
        }

        foreach (MarkedPhoto photo in TestPhotos.All())
        {
            using Picture whole = Picture.Load(photo);
            foreach (Picture part in FaceFree.Margins(whole).Concat(FaceFree.Squares(whole, 320)))
            {
                using (part)
                {
                    Assert.True(Detect(part, 0.6f).Count == 0, $"A face was found in a part of {photo}.");
                    images++;
                }
            }
        }

        Assert.InRange(images, 50, 1000);
    }

    private IReadOnlyList<DetectedFace> Detect(Picture picture, float minScore)
    {
        using Photo photo = picture.ToPhoto();
        return detector.Detect(photo, new DetectionOptions { Tiles = Tiling.None, MinScore = minScore });
    }
}
