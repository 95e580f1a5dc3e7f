using Mien.CommandLine;
using SkiaSharp;

namespace Mien.Cli.Tests;

/// <summary>Heat maps: <c>--explain</c>.</summary>
public sealed class ExplainTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_heat_map_per_face_is_written_beside_the_crop_and_shows_what_drove_the_prediction(bool maps)
    {
        string model = BrightnessModel.Write(folder["m.onnx"], pooled: maps);
        byte[] face = MostlyBright().EncodePng();
        folder.Write("фото/день 1/a.png", face);
        folder.Write("фото/b.png", face);
        CliResult result = Cli.Run(
            "predict",
            folder["фото"],
            "--model",
            model,
            "--brief",
            "--explain",
            folder["out"],
            "--save-crops",
            folder["out"]
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Equal(
            [
                "b.png.face1.heatmap.png",
                "b.png.face1.png",
                Path.Combine("день 1", "a.png.face1.heatmap.png"),
                Path.Combine("день 1", "a.png.face1.png"),
            ],
            Directory
                .GetFiles(folder["out"], "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(folder["out"], f))
                .Order(StringComparer.Ordinal)
        );
        using SKBitmap map = SKBitmap.Decode(folder["out/b.png.face1.heatmap.png"]);
        Assert.Equal((192, 192), (map.Width, map.Height));
        SKColor bright = map.GetPixel(150, 96);
        Assert.True(bright.Red > bright.Blue + 30, $"{bright} does not mark evidence for surprise.");

        // In a class activation map, black adds nothing to any score. In an occlusion map, covering black with gray
        // makes the face brighter, which raises the score of surprise and lowers that of sadness.
        SKColor black = map.GetPixel(4, 96);
        Assert.True(maps ? black == new SKColor(0, 0, 0) : black.Blue > black.Red, $"{black}");
    }

    [Fact]
    public void Heat_maps_are_numbered_per_face_and_do_not_change_the_results()
    {
        string model = BrightnessModel.Write(folder["m.onnx"]);
        string photo = folder.Write("a.png", MostlyBright().Resize(300, 300, ResizeKernel.Bilinear).EncodePng());
        string[] command =
        [
            "predict",
            photo,
            "--model",
            model,
            "--json",
            "--box",
            "10,10,100,100",
            "--box",
            "150,150,90,90",
        ];
        CliResult plain = Cli.Run(command);
        CliResult explained = Cli.Run([.. command, "--explain", folder["maps"]]);

        Assert.Equal(plain.Out, explained.Out);
        Assert.Equal(
            ["a.png.face1.heatmap.png", "a.png.face2.heatmap.png"],
            Directory.GetFiles(folder["maps"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void A_folder_with_the_photos_or_a_file_is_rejected()
    {
        string model = BrightnessModel.Write(folder["m.onnx"]);
        folder.Write("photos/x.png", MostlyBright().EncodePng());
        CliResult inside = Cli.Run("predict", folder["photos"], "--model", model, "--explain", folder["photos"]);
        CliResult file = Cli.Run("predict", folder["photos"], "--model", model, "--explain", model);

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage), (inside.Code, file.Code));
        Assert.Contains(
            $"--explain: '{folder["photos"]}' contains the input photos",
            inside.Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"--explain: '{model}' is a file, expected a folder to write to.",
            file.Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(true, @"(?m)^heat maps +maps: class activation maps, one value every 1 pixels$")]
    [InlineData(false, @"(?m)^heat maps +occlusion \(no class activation maps\)$")]
    public void Info_shows_how_heat_maps_are_made(bool maps, string expected) =>
        Assert.Matches(expected, Cli.Run("info", BrightnessModel.Write(folder["m.onnx"], pooled: maps)).Out);

    /// <summary>White, with a black left part: predicted as surprise; slightly darker it would be sadness.</summary>
    private static GrayImage MostlyBright() =>
        new(48, 48, [.. Enumerable.Range(0, 48 * 48).Select(i => i % 48 < 10 ? (byte)0 : (byte)255)]);
}
