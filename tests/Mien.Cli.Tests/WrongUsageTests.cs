using Mien.CommandLine;

namespace Mien.Cli.Tests;

public sealed class WrongUsageTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_path_that_does_not_exist_is_wrong_usage_and_nothing_is_predicted()
    {
        string model = BrightnessModel.Write(folder["m.onnx"]);
        string face = folder.WriteFace("a.png", Expression.Fear);
        CliResult result = Cli.Run("predict", face, folder["нет.png"], "--model", model, "--json");

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Empty(result.Out);
        Assert.Equal(
            $"error: {folder["нет.png"]}: there is no such file or folder. Check the path.\nSee 'mien predict "
                + $"--help'.\n",
            result.Error
        );
    }

    [Fact]
    public void A_folder_without_images_is_wrong_usage()
    {
        folder.Write("empty/readme.txt", "nothing here");
        CliResult result = Cli.Run("predict", folder["empty"], "--model", BrightnessModel.Write(folder["m.onnx"]));

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            "there is no image in this folder (extensions: .png, .jpg",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("error: Required argument missing for option: '--model'", "predict", "a.png", "--model")]
    [InlineData("error: Unrecognized option '--jsn' (and no file or folder has that name).", "predict", ".", "--jsn")]
    [InlineData("--json and --csv exclude each other; give one of them.", "predict", ".", "--json", "--csv")]
    [InlineData("--json and --jsonl exclude each other; give one of them.", "predict", ".", "--json", "--jsonl")]
    [InlineData("--crop and --no-crop exclude each other; give one of them.", "predict", ".", "--crop", "--no-crop")]
    [InlineData("--crop and --box exclude each other; give one of them.", "predict", ".", "--crop", "--box", "1,2,3,4")]
    [InlineData(
        "--box is 1,2,3, expected X,Y,WIDTH,HEIGHT in pixels such as 120,80,200,210.",
        "predict",
        ".",
        "--box",
        "1,2,3"
    )]
    [InlineData("--box is 1,2,0,4, expected X,Y,WIDTH,HEIGHT in pixels", "predict", ".", "--box", "1,2,0,4")]
    [InlineData(
        "--output: 'b.jpg' has the extension of an image, but the output is a table or text.",
        "predict",
        "a.jpg",
        "--csv",
        "-o",
        "b.jpg"
    )]
    [InlineData("error: --min-score is 1.5, expected a number from 0 to 1.", "predict", ".", "--min-score", "1.5")]
    [InlineData("error: --min-score is 0,5, expected a number from 0 to 1.", "predict", ".", "--min-score", "0,5")]
    [InlineData(
        "error: --uncertain-below is x, expected a number from 0 to 1.",
        "predict",
        ".",
        "--uncertain-below",
        "x"
    )]
    [InlineData("error: --min-face is -1, expected a number from 0 to 1000000.", "predict", ".", "--min-face", "-1")]
    [InlineData("error: --max-faces is -1, expected a whole number, 0 or more.", "predict", ".", "--max-faces", "-1")]
    [InlineData(
        "error: --max-bytes is 5X, expected a number of bytes such as 5000000, or 200K, 64M, 1G.",
        "predict",
        ".",
        "--max-bytes",
        "5X"
    )]
    [InlineData("'some' not recognized", "predict", ".", "--tiles", "some")]
    [InlineData("'side' not recognized", "predict", ".", "--detector", "side")]
    [InlineData(
        "error: --resume needs a JSON Lines or CSV file, but the output is standard output.",
        "predict",
        ".",
        "--resume",
        "--csv"
    )]
    [InlineData(
        "error: --resume needs a JSON Lines or CSV file, but the output is JSON.",
        "predict",
        ".",
        "--resume",
        "-o",
        "x.json"
    )]
    [InlineData(
        "error: --output: Mien cannot write .xlsx files. Use the extension .json, .jsonl, .csv or .txt, or "
            + "select the format with --json, --jsonl or --csv.",
        "predict",
        ".",
        "-o",
        "x.xlsx"
    )]
    [InlineData(
        "error: https://example.com/a.jpg: is a URL, and Mien downloads nothing. Download the image first, or "
            + "pipe it in",
        "predict",
        "https://example.com/a.jpg"
    )]
    [InlineData("error: file:///a.jpg: is a URL", "predict", "file:///a.jpg")]
    [InlineData("error: none/*.jpg: no image matches this pattern.", "predict", "none/*.jpg")]
    [InlineData("error: --threads is -1, expected 0 to 1024.", "predict", ".", "--threads", "-1")]
    [InlineData(
        "error: Cannot parse argument 'two' for option '--threads' as a whole number.",
        "predict",
        ".",
        "--threads",
        "two"
    )]
    [InlineData("error: Required argument 'IMAGE' missing for command: 'predict'.", "predict")]
    [InlineData("error: Unrecognized command or argument 'predcit'.", "predcit")]
    [InlineData("'Somewhere' not recognized", "evaluate", "m", ".", "--split", "Somewhere")]
    [InlineData("'mirror' not recognized", "evaluate", "m", ".", "--tta", "mirror")]
    public void Wrong_arguments_exit_with_2_a_message_and_a_hint(string message, params string[] args)
    {
        CliResult result = Cli.Run(args);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Empty(result.Out);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Matches(@"See 'mien( \w+)? --help'\.\n$", result.Error);
    }

    [Fact]
    public void A_mistyped_command_gets_a_suggestion()
    {
        CliResult result = Cli.Run("predcit");

        Assert.Contains("Did you mean", result.Error, StringComparison.Ordinal);
        Assert.Contains("\npredict\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_arguments_the_help_goes_to_stderr()
    {
        CliResult result = Cli.Run();

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Empty(result.Out);
        Assert.Contains("mien [command] [options]", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("predict", "mien predict samples/photo.jpg")]
    [InlineData("evaluate", "mien evaluate default fer2013.csv")]
    [InlineData("models", "mien models")]
    [InlineData("info", "mien info")]
    [InlineData("enqueue", "mien enqueue photos --nats")]
    [InlineData("work", "mien work --nats")]
    [InlineData("jobs", "mien jobs --nats")]
    public void Every_command_has_help_with_examples(string command, string example)
    {
        CliResult result = Cli.Run(command, "--help");

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Empty(result.Error);
        Assert.Contains($"mien {command}", result.Out, StringComparison.Ordinal);
        Assert.Contains("Examples:\n", result.Out, StringComparison.Ordinal);
        Assert.Contains($"  {example}", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_exist_is_wrong_usage()
    {
        CliResult result = Cli.Run(
            "predict",
            folder.WriteFace("a.png", Expression.Fear),
            "--model",
            folder["none.onnx"]
        );

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            $"error: {folder["none.onnx"]}: there is no such model file, and this build has no model of that name",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("'mien models' lists the built-in models.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_contract_is_refused_with_a_clear_message()
    {
        string model = BrightnessModel.Write(folder["foreign.onnx"], withContract: false);
        CliResult result = Cli.Run("predict", folder.WriteFace("a.png", Expression.Fear), "--model", model);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Empty(result.Out);
        Assert.StartsWith($"error: {model}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(ModelContract.MetadataKey, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void A_model_that_is_not_an_onnx_file_is_refused_with_a_clear_message()
    {
        string model = folder.WriteFace("picture.onnx", Expression.Anger);
        CliResult result = Cli.Run("predict", folder.WriteFace("a.png", Expression.Fear), "--model", model);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.StartsWith($"error: {model}: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_that_is_a_folder_is_wrong_usage()
    {
        CliResult result = Cli.Run("predict", folder.WriteFace("a.png", Expression.Fear), "-o", folder.Path);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            $"--output: '{folder.Path}' is a folder, expected the name of a file to write.",
            result.Error,
            StringComparison.Ordinal
        );
    }
}
