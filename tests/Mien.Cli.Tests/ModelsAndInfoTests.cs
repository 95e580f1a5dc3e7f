using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

public sealed class ModelsAndInfoTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Models_lists_the_built_in_models()
    {
        CliResult table = Cli.Run("models");
        CliResult json = Cli.Run("models", "--json");

        Assert.Equal(ExitCodes.Done, table.Code);
        Assert.Equal(ExitCodes.Done, json.Code);
        Assert.Equal(
            BuiltInModels.Names,
            JsonDocument.Parse(json.Out).RootElement.EnumerateArray().Select(m => m.GetProperty("name").GetString())
        );
        Check.All(BuiltInModels.Names, n => Assert.Contains(n, table.Out, StringComparison.Ordinal));
        if (BuiltInModels.Names.Count == 0)
        {
            Assert.Contains("This build contains no models", table.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Info_shows_the_versions_of_the_libraries_and_the_machine()
    {
        CliResult result = Cli.Run("info");

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Matches(@"(?m)^mien +\d+\.\d+\.\d+", result.Out);
        Assert.Matches(@"(?m)^ONNX Runtime +\d+\.\d+\.\d+", result.Out);
        Assert.Matches(@"(?m)^SkiaSharp +\d+\.\d+\.\d+, native \d+\.\d+", result.Out);
        Assert.Matches(@"(?m)^\.NET +10\.", result.Out);
        Assert.Matches(@"(?m)^processor +\S.*, \d+ logical cores", result.Out);
        Assert.Matches(@"(?m)^memory +\d+\.\d GB", result.Out);
        Assert.Matches(@"(?m)^runs on +(cpu|cuda)$", result.Out);
        Check.All(BuiltInModels.Names, n => Assert.Contains($" {n} ", result.Out, StringComparison.Ordinal));
    }

    [Fact]
    public void Info_as_json_has_the_device_and_the_accuracy_with_its_interval()
    {
        CliResult result = Cli.Run("info", "--json", "--device", "cpu");

        Assert.Equal(ExitCodes.Done, result.Code);
        JsonElement info = JsonDocument.Parse(result.Out).RootElement;
        Assert.Equal("cpu", info.GetProperty("device").GetString());
        Assert.Equal(Environment.ProcessorCount, info.GetProperty("logicalCores").GetInt32());
        Assert.True(info.GetProperty("memoryBytes").GetInt64() > 100_000_000);
        Assert.Contains(
            "CPUExecutionProvider",
            info.GetProperty("providers").EnumerateArray().Select(p => p.GetString())
        );
        JsonElement[] models = [.. info.GetProperty("models").EnumerateArray()];
        Assert.Equal(BuiltInModels.Names, models.Select(m => m.GetProperty("name").GetString()));
        Check.All(
            models,
            m =>
                Assert.InRange(
                    m.GetProperty("accuracy").GetDouble(),
                    m.GetProperty("accuracyLow").GetDouble(),
                    m.GetProperty("accuracyHigh").GetDouble()
                )
        );
    }

    [Fact]
    public void A_device_missing_from_this_build_is_wrong_usage_and_the_message_lists_the_others()
    {
        CliResult result = Cli.Run("info", "--device", "cuda");

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.StartsWith(
            "error: The device cuda was requested, but this build of ONNX Runtime supports only CPUExecutionProvider.",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Core_ML_is_wrong_usage_where_there_is_none()
    {
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "ONNX Runtime for macOS has Core ML.");
        CliResult result = Cli.Run("info", "--device", "coreml");

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Equal(
            "error: The device coreml was requested, but this build of ONNX Runtime supports only "
                + "CPUExecutionProvider. Core ML exists on macOS only: use the device auto or cpu.\n",
            result.Error
        );
    }

    [Fact]
    public void An_unknown_device_is_wrong_usage()
    {
        CliResult result = Cli.Run("info", "--device", "tpu");

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            "error: Argument 'tpu' not recognized. Must be one of:",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("'cuda'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_shows_optional_arguments_in_brackets()
    {
        CliResult result = Cli.Run("--help");

        Assert.Matches(@"(?m)^  info \[<MODEL>\]  +Show versions", result.Out);
        Assert.Matches(@"(?m)^  predict <IMAGE>  +Find", result.Out);
    }

    [Fact]
    public void Info_of_a_model_shows_its_contract()
    {
        CliResult result = Cli.Run("info", BrightnessModel.Write(folder["m.onnx"], "мой"));

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Matches(@"(?m)^name +мой$", result.Out);
        Assert.Matches(@"(?m)^input +image: 48×48 gray$", result.Out);
        Assert.Matches(@"(?m)^temperature +1$", result.Out);
        Assert.Matches(@"(?m)^PublicTest: accuracy +50\.00 %$", result.Out);
    }
}
