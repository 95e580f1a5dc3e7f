namespace Mien.Testing;

/// <summary>The synthetic faces of samples/faces. They are framed as FER2013 frames its faces.</summary>
internal static class SampleFaces
{
    /// <summary>The expressions, each with its file.</summary>
    public static IReadOnlyList<(Expression Expression, string File)> All { get; } =
    [.. Enum.GetValues<Expression>().Select(e => (e, Repository.PathOf($"samples/faces/{e.Name()}.png")))];

    /// <summary>A face in its full size.</summary>
    public static GrayImage Face(Expression expression) => GrayImage.Decode(All[(int)expression].File);

    /// <summary>A face in the size of FER2013's images, 48×48: small enough to count as a face crop.</summary>
    public static GrayImage Crop(Expression expression) => Face(expression).Resize(48, 48, ResizeKernel.Bicubic);

    /// <summary>The same as a PNG file.</summary>
    public static byte[] CropFile(Expression expression) => Crop(expression).EncodePng();
}
