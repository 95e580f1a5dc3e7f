namespace Mien.Photos.Tests;

/// <summary>Photos as phones write them: boxes are where the faces are in the upright picture.</summary>
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
    public void Whatever_the_EXIF_orientation_faces_are_found_where_they_are_in_the_upright_picture(int orientation)
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
