namespace Mien.Photos.Tests;

/// <summary>
/// Photos with an EXIF orientation, as phones write them: boxes are in coordinates of the upright image.
/// </summary>
public sealed class OrientationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Faces_are_found_at_their_positions_in_the_upright_image_for_every_EXIF_orientation(int orientation)
    {
        using Picture whole = Picture.Load(TestPhotos.All()[0]);
        using Picture picture = whole.Scaled(0.5f);

        RecognitionResult result = TestPhotos.Recognizer.Recognize(OrientedJpeg.Encode(picture.Bitmap, orientation));

        Assert.Equal((picture.Width, picture.Height), (result.Width, result.Height));
        Matching matching = Matching.Of(picture.Faces, TestPhotos.Faces(result));
        Assert.Equal(picture.Faces.Count, matching.FoundCount);
        Assert.Empty(matching.False);
    }
}
