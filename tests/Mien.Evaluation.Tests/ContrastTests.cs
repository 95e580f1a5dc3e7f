using Mien.Data;

namespace Mien.Evaluation.Tests;

/// <summary>What the documentation says of FER2013's images without contrast.</summary>
public sealed class ContrastTests
{
    /// <summary>
    /// The images under the threshold show no face, and all others are far above it. PrivateTest is not looked at.
    /// </summary>
    [Fact]
    public void Only_images_of_FER2013_without_a_face_have_no_contrast()
    {
        FaceDataset data = DatasetReader.Read(Path.Combine(Fer2013Files.Folder(), "fer2013.csv.gz"));

        AssertFlagged(data, DatasetSplit.Training, [.. Enumerable.Repeat(0, 11), 3], 34);
        AssertFlagged(data, DatasetSplit.PublicTest, [0, 11], 44);
    }

    private static void AssertFlagged(FaceDataset data, DatasetSplit split, int[] expected, int next)
    {
        int[] contrasts = [.. data.IndicesOf(split).Select(i => Uncertainty.Contrast(data.Image(i))).Order()];
        int[] flagged = [.. contrasts.TakeWhile(c => c < Uncertainty.MinContrast)];
        Assert.Equal(expected, flagged);
        Assert.Equal(next, contrasts[flagged.Length]);
    }
}
