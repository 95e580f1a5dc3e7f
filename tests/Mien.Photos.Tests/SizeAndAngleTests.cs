namespace Mien.Photos.Tests;

/// <summary>
/// Recall on the photos rescaled and turned, with their marks. The bounds are a little under what was measured
/// (benchmarks/Mien.Photos.Benchmarks prints the whole tables): they guard against getting worse.
/// </summary>
public sealed class SizeAndAngleTests
{
    [Theory]
    [InlineData(200, 21)]
    [InlineData(100, 18)]
    [InlineData(48, 18)]
    [InlineData(24, 16)]
    public void Faces_are_found_in_photos_of_any_size(float size, int least)
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
        Assert.InRange(found, least, 22);
        Assert.Equal(0, others);
    }

    [Theory]
    [InlineData(128, Tiling.None, 0.65)]
    [InlineData(96, Tiling.Auto, 0.75)]
    [InlineData(24, Tiling.All, 0.7)]
    public void Small_faces_in_a_large_picture_are_found_by_tiles(float size, Tiling tiles, double least)
    {
        Picture[] photos = [.. TestPhotos.All().Select(Picture.Load)];
        try
        {
            (int marked, int found, int others) = TestPhotos.Count(Crowd.Of(photos, size, 1920, 1440), tiles);

            Assert.InRange((double)found / marked, least, 1);
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
    public void Faces_are_found_in_photos_that_are_turned(float degrees, int least)
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
        Assert.InRange(found, least, 22);
        Assert.InRange(others, 0, 1);
    }
}
