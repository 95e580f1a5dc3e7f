using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>The images selected by the arguments of <c>mien predict</c>.</summary>
public sealed class PredictInputTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;

    public PredictInputTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        foreach (
            string name in (string[])
                [
                    "a.png",
                    "b.jpg",
                    "x.dat",
                    "ю/c.png",
                    "ю/d.jpg",
                    "ю/ж/e.png",
                    "ю/ж/f.txt",
                    ".h/g.png",
                    "ю/.i.png",
                    "ю.png",
                    "ю-1.png",
                ]
        )
        {
            folder.WriteFace("p/" + name, Expression.Anger);
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("*.png", "a.png", "ю-1.png", "ю.png")]
    [InlineData("?.*", "a.png", "b.jpg", "x.dat", "ю.png")]
    [InlineData("*", "a.png", "b.jpg", "ю-1.png", "ю.png")]
    [InlineData("*.dat", "x.dat")]
    [InlineData("*/*.png", "ю/c.png")]
    [InlineData("*/*/*.png", "ю/ж/e.png")]
    [InlineData("**/*.png", "a.png", "ю-1.png", "ю.png", "ю/c.png", "ю/ж/e.png")]
    [InlineData("**/*.jpg", "b.jpg", "ю/d.jpg")]
    [InlineData("**", "a.png", "b.jpg", "ю-1.png", "ю.png", "ю/c.png", "ю/d.jpg", "ю/ж/e.png")]
    [InlineData("ю/**/e.png", "ю/ж/e.png")]
    [InlineData("**/ж/*", "ю/ж/e.png")]
    [InlineData("ю/**/ж/**/*.png", "ю/ж/e.png")]
    [InlineData("?/**", "ю/c.png", "ю/d.jpg", "ю/ж/e.png")]
    [InlineData(".*/*.png", ".h/g.png")]
    [InlineData("", "a.png", "b.jpg", "ю-1.png", "ю.png", "ю/c.png", "ю/d.jpg", "ю/ж/e.png")]
    public void A_folder_or_pattern_selects_these_images_in_ordinal_order(string pattern, params string[] expected)
    {
        CliResult result = Cli.Run(
            "predict",
            folder["p"] + (pattern.Length == 0 ? "" : "/" + pattern),
            "--model",
            model,
            "--json"
        );

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Equal(expected, Paths(result.Out).Select(p => Path.GetRelativePath(folder["p"], p).Replace('\\', '/')));
    }

    [Fact]
    public void A_file_whose_name_looks_like_a_pattern_is_that_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such file names.");
        string file = folder.WriteFace("q/*.png", Expression.Anger);
        folder.WriteFace("q/other.png", Expression.Anger);

        Assert.Equal([file], Paths(Cli.Run("predict", file, "--model", model, "--json").Out));
    }

    [Fact]
    public void Files_keep_the_given_order_and_may_be_repeated()
    {
        string a = folder["p/a.png"],
            b = folder["p/b.jpg"];

        Assert.Equal([b, a, b], Paths(Cli.Run("predict", b, a, b, "--model", model, "--json").Out));
    }

    [Fact]
    public void A_link_to_a_folder_is_not_followed_so_that_loops_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        Directory.CreateSymbolicLink(folder["p/ю/loop"], folder["p"]);

        Assert.Equal(7, Paths(Cli.Run("predict", folder["p"], "--model", model, "--json").Out).Length);
    }

    [Fact]
    public void Thousands_of_images_are_processed_in_order()
    {
        byte[] face = File.ReadAllBytes(folder["p/a.png"]);
        for (int i = 0; i < 2000; i++)
        {
            folder.Write($"many/{i % 7}/{i:0000}.png", face);
        }

        CliResult result = Cli.Run("predict", folder["many"], "--model", model, "--jsonl", "--threads", "4");

        string[] lines = result.Out.TrimEnd('\n').Split('\n');
        Assert.Equal(2000, lines.Length);
        string[] paths = [.. lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("path").GetString()!)];
        Assert.Equal(paths.Order(StringComparer.Ordinal), paths);
        Assert.Contains("2,000 images: 2,000 ok; ", result.Error, StringComparison.Ordinal);
    }

    private static string[] Paths(string json) =>
        [.. JsonDocument.Parse(json).RootElement.EnumerateArray().Select(i => i.GetProperty("path").GetString()!)];
}
