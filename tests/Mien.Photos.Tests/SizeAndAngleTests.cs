namespace Mien.Photos.Tests;

/// <summary>
/// Recall on the photos rescaled and turned, with their marks. The bounds are a little under what was measured
/// (benchmarks/Mien.Photos.Benchmarks prints the whole tables): they guard against getting worse.
/// </summary>
public sealed class SizeAndAngleTests
{
    [Theory]
    [InlineData(200, 22)]
    [InlineData(100, 19)]
    [InlineData(48, 17)]
    [InlineData(24, 14)]
    public void Faces_are_found_in_photos_of_any_size(float size, int least)
    {
        (int marked, int found, int others) = TestPhotos.Count(TestPhotos.All().Select(photo =>
        {
            using Picture picture = Picture.Load(photo);
            return picture.Scaled(size / picture.Faces.Average(f => f.Size));
        }));

        Assert.Equal(22, marked);
        Assert.InRange(found, least, 22);
        Assert.Equal(0, others);
    }

    [Theory]
    [InlineData(96, Tiling.Auto, 0.9)]
    [InlineData(64, Tiling.Auto, 0.7)]
    [InlineData(32, Tiling.All, 0.8)]
    [InlineData(24, Tiling.All, 0.6)]
    public void Small_faces_in_a_large_picture_are_found_by_tiles(float size, Tiling tiles, double least)
    {
        Picture[] photos = [.. TestPhotos.All().Select(Picture.Load)];
        try
        {
            (int marked, int found, int others) = TestPhotos.Count(Crowd.Of(photos, size, 1920, 1440).Take(1), tiles);

            Assert.InRange((double)found / marked, least, 1);
            Assert.InRange(others, 0, marked / 50);
        }
        finally
        {
            Array.ForEach(photos, p => p.Dispose());
        }
    }

    [Theory]
    [InlineData(-45, 17)]
    [InlineData(-30, 19)]
    [InlineData(-15, 20)]
    [InlineData(15, 20)]
    [InlineData(30, 19)]
    [InlineData(45, 17)]
    [InlineData(90, 5)]
    public void Faces_are_found_in_photos_that_are_turned(float degrees, int least)
    {
        (int marked, int found, int others) = TestPhotos.Count(TestPhotos.All().Select(photo =>
        {
            using Picture picture = Picture.Load(photo);
            return picture.Rotated(degrees);
        }));

        Assert.Equal(22, marked);
        Assert.InRange(found, least, 22);
        Assert.InRange(others, 0, 1);
    }
}
