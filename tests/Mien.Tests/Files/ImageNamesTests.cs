using System.Text.RegularExpressions;

namespace Mien.Tests;

/// <summary>The list of image extensions, and the places that repeat it.</summary>
public sealed class ImageNamesTests
{
    [Theory]
    [InlineData("a.png", true)]
    [InlineData("deep/er/A.JPeG", true)]
    [InlineData(".gif", true)]
    [InlineData("a.png.txt", false)]
    [InlineData("png", false)]
    [InlineData("", false)]
    [InlineData("a.heic", false)]
    public void Images_are_recognised_by_their_extension_in_any_case(string name, bool image) =>
        Assert.Equal(image, ImageNames.IsImage(name));

    [Fact]
    public void Formats_that_cannot_be_decoded_are_known_as_images_too()
    {
        Assert.True(ImageNames.IsPicture("IMG_1.HEIC"));
        Assert.True(ImageNames.IsPicture("a.jpg"));
        Assert.False(ImageNames.IsPicture("a.csv"));
        Assert.Empty(ImageNames.Extensions.Intersect(ImageNames.UnreadableExtensions));
    }

    [Theory]
    [InlineData("a.JFIF", "JPEG")]
    [InlineData("a.jpe", "JPEG")]
    [InlineData("a.png", "PNG")]
    [InlineData("a.tif", null)]
    public void An_extension_maps_to_a_format(string name, string? format) =>
        Assert.Equal(format, ImageNames.Format(name));

    [Fact]
    public void The_docs_list_the_same_extensions()
    {
        Assert.Contains(
            $"with the extensions {string.Join(' ', ImageNames.Extensions)} |",
            Text("docs/predict.md"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"Images are files with the extension {string.Join(", ", ImageNames.Extensions.SkipLast(1))} or "
                + $"{ImageNames.Extensions[^1]}.",
            Text("src/Mien/Recognition/FaceExpressionRecognizer.Batch.cs"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_page_accepts_the_same_extensions_and_those_of_undecodable_formats()
    {
        Match list = Regex.Match(Text("src/Mien.Server/wwwroot/js/intake.js"), @"/\\\.\(([^)]+)\)\$/i\.test");

        Assert.True(list.Success);
        Assert.Equal(
            ImageNames.Extensions.Concat(ImageNames.UnreadableExtensions).Order(StringComparer.Ordinal),
            list.Groups[1].Value.Split('|').SelectMany(Expand).Select(e => "." + e).Order(StringComparer.Ordinal)
        );

        // The file dialog uses the browser's own lists of image and video types.
        Assert.Contains(
            "<input type=\"file\" id=\"files\" accept=\"image/*,video/*\"",
            Text("src/Mien.Server/wwwroot/index.html"),
            StringComparison.Ordinal
        );
    }

    /// <summary>Expands a pattern with at most one optional letter.</summary>
    private static string[] Expand(string pattern)
    {
        int optional = pattern.IndexOf('?', StringComparison.Ordinal);
        return optional < 0 ? [pattern] : [pattern.Remove(optional - 1, 2), pattern.Remove(optional, 1)];
    }

    private static string Text(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));
}
