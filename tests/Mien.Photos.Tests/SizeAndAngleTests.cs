namespace Mien.Photos.Tests;

/// <summary>
/// Recall on scaled and rotated photos with marked faces. The bounds are slightly below the measured values
/// (benchmarks/Mien.Photos.Benchmarks prints the complete tables), to detect regressions.
/// </summary>
public sealed class SizeAndAngleTests
{
    [Theory]
    [InlineData(200, 21)]
    [InlineData(100, 18)]
    [InlineData(48, 18)]
    [InlineData(24, 16)]
    public void Faces_are_found_in_photos_of_any_size(float size, int minimum)
    {
        (int marked, int found, int others) = TestPhotos.Count(
            TestPhotos
                .All()
                .Select(photo =>
                {
                    using Picture picture = Picture.Load(photo);
                    return picture.Scaled(size / picture.Faces.Average(f => f.Size));
                })
        );

        Assert.Equal(22, marked);
        Assert.InRange(found, minimum, 22);
        Assert.Equal(0, others);
    }

    [Theory]
    [InlineData(128, Tiling.None, 0.65)]
    [InlineData(96, Tiling.Auto, 0.75)]
    [InlineData(24, Tiling.All, 0.7)]
    public void Small_faces_in_a_large_image_are_found_with_tiles(float size, Tiling tiles, double minimum)
    {
        Picture[] photos = [.. TestPhotos.All().Select(Picture.Load)];
        try
        {
            (int marked, int found, int others) = TestPhotos.Count(Crowd.Of(photos, size, 1920, 1440), tiles);

            Assert.InRange((double)found / marked, minimum, 1);
            Assert.InRange(others, 0, marked / 50);
        }
        finally
        {
            Array.ForEach(photos, p => p.Dispose());
        }
    }

    [Theory]
    [InlineData(-45, 19)]
    [InlineData(-30, 20)]
    [InlineData(-15, 20)]
    [InlineData(15, 18)]
    [InlineData(30, 20)]
    [InlineData(45, 20)]
    [InlineData(90, 10)]
    public void Faces_are_found_in_rotated_photos(float degrees, int minimum)
    {
        (int marked, int found, int others) = TestPhotos.Count(
            TestPhotos
                .All()
                .Select(photo =>
                {
                    using Picture picture = Picture.Load(photo);
                    return picture.Rotated(degrees);
                })
        );

        Assert.Equal(22, marked);
        Assert.InRange(found, minimum, 22);
        Assert.InRange(others, 0, 1);
    }
}
