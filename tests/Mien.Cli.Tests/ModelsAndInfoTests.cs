using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

public sealed class ModelsAndInfoTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Models_lists_what_the_build_holds()
    {
        CliResult table = Cli.Run("models");
        CliResult json = Cli.Run("models", "--json");

        Assert.Equal(ExitCodes.Done, table.Code);
        Assert.Equal(ExitCodes.Done, json.Code);
        Assert.Equal(BuiltInModels.Names, JsonDocument.Parse(json.Out).RootElement.EnumerateArray().Select(m => m.GetProperty("name").GetString()));
        Assert.All(BuiltInModels.Names, n => Assert.Contains(n, table.Out, StringComparison.Ordinal));
        if (BuiltInModels.Names.Count == 0)
        {
            Assert.Contains("This build holds no models", table.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Info_says_the_versions_of_everything_that_matters()
    {
        CliResult result = Cli.Run("info");

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Matches(@"(?m)^mien +\d+\.\d+\.\d+", result.Out);
        Assert.Matches(@"(?m)^ONNX Runtime +\d+\.\d+\.\d+", result.Out);
        Assert.Matches(@"(?m)^SkiaSharp +\d+\.\d+\.\d+, native \d+\.\d+", result.Out);
        Assert.Matches(@"(?m)^\.NET +\.NET 10\.", result.Out);
    }

    [Fact]
    public void Info_of_a_model_shows_its_contract()
    {
        CliResult result = Cli.Run("info", BrightnessModel.Write(folder["m.onnx"], "мой"));

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Matches(@"(?m)^name +мой$", result.Out);
        Assert.Matches(@"(?m)^input +image: 48×48 gray$", result.Out);
        Assert.Matches(@"(?m)^temperature +1$", result.Out);
        Assert.Matches(@"(?m)^publicTest\.accuracy +0\.5$", result.Out);
    }
}
