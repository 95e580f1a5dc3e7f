namespace Mien.Photos.Tests;

/// <summary>Nothing is found where there is no face.</summary>
public sealed class FalseFaceTests
{
    [Fact]
    public void Made_textures_hold_no_face()
    {
        foreach ((string name, Picture picture) in FaceFree.Textures())
        {
            using (picture)
            {
                Assert.True(TestPhotos.Detect(picture).Count == 0, $"A face was found in {name}.");
            }
        }
    }

    [Fact]
    public void What_surrounds_the_people_in_the_photos_holds_no_face()
    {
        int parts = 0;
        foreach (MarkedPhoto photo in TestPhotos.All())
        {
            using Picture picture = Picture.Load(photo);
            foreach (Picture part in FaceFree.Margins(picture).Concat(FaceFree.Squares(picture, 320)))
            {
                using (part)
                {
                    Assert.True(
                        TestPhotos.Detect(part).Count == 0,
                        $"A face was found in a part of {photo} of {part.Width}×{part.Height} pixels that holds none."
                    );
                    parts++;
                }
            }
        }

        Assert.InRange(parts, 50, 1000);
    }
}
