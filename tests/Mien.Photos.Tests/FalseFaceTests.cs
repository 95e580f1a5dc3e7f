namespace Mien.Photos.Tests;

/// <summary>Images without a face give no false positives.</summary>
public sealed class FalseFaceTests
{
    [Fact]
    public void Synthetic_textures_give_no_false_positives()
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
    public void Parts_of_the_photos_without_people_give_no_false_positives()
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
                        $"A face was found in a part of {photo} of {part.Width}×{part.Height} pixels without a face."
                    );
                    parts++;
                }
            }
        }

        Assert.InRange(parts, 50, 1000);
    }
}
