using Mien.CommandLine;

namespace Mien.Lab.Tests;

/// <summary>Errors of <c>mien-lab import keras</c> for wrong arguments and files, and its help.</summary>
public sealed class ImportKerasErrorTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("No model was given. Give MODEL, or --structure and --weights.")]
    [InlineData("--structure needs --weights, the file with the weights.", "--structure", "m.json")]
    [InlineData("--weights needs --structure, the structure as JSON.", "--weights", "m.h5")]
    [InlineData(
        "Give either MODEL, a file with structure and weights, or --structure and --weights.",
        "m.h5",
        "--weights",
        "m.h5"
    )]
    [InlineData("none.h5: there is no such file. Check the path.", "none.h5")]
    [InlineData("Unrecognized option '--scalling'", "--scalling")]
    [InlineData(
        "--scaling is '0..2', expected 0..1, -1..1 or 0..255; or give --mean and --std.",
        "{small}",
        "--scaling",
        "0..2"
    )]
    [InlineData("--mean and --std must be given together, and without --scaling.", "{small}", "--mean", "3")]
    [InlineData(
        "--mean and --std must be given together, and without --scaling.",
        "{small}",
        "--mean",
        "3",
        "--std",
        "2",
        "--scaling",
        "0..1"
    )]
    [InlineData(
        "--mean is 3 and --std is 0, expected finite numbers, --std over 0.",
        "{small}",
        "--mean",
        "3",
        "--std",
        "0"
    )]
    [InlineData(
        "--labels: 'joy' is not an expression. Expected fer2013, alphabetical, or the seven labels",
        "{small}",
        "--labels",
        "joy,sad"
    )]
    [InlineData(
        "--labels has 3 entries with 2 different expressions, expected each of the seven once:",
        "{small}",
        "--labels",
        "sad,happy,sad"
    )]
    [InlineData(
        "--resize is 'cubic', expected nearest, bilinear, bicubic, lanczos, box.",
        "{small}",
        "--resize",
        "cubic"
    )]
    [InlineData(
        "--input-size is '48x', expected pixels such as 48 or 64x64, at most 4096 per side.",
        "{small}",
        "--input-size",
        "48x"
    )]
    [InlineData(
        "the model's input has a height of 12 pixels, but 48 was given (--input-size).",
        "{small}",
        "--input-size",
        "48"
    )]
    [InlineData("--name is empty, expected a name for the model.", "{small}", "--name", "")]
    public void Wrong_arguments_end_with_2_and_say_what_was_expected(string message, params string[] args)
    {
        KerasWriter.Save(MadeModels.Small(), folder["small.h5"]);
        LabResult result = Lab.Run([
            "import",
            "keras",
            .. args.Select(a => a.Replace("{small}", folder["small.h5"], StringComparison.Ordinal)),
            "--output",
            folder["x.onnx"],
        ]);
        Assert.Equal((ExitCodes.Usage, ""), (result.Code, result.Out));
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["x.onnx"]));
    }

    [Fact]
    public void A_model_that_cannot_be_imported_ends_with_1_and_keeps_the_existing_file()
    {
        File.WriteAllText(folder["m.h5"], "no HDF5");
        string older = folder.Write("x.onnx", "an older model");
        LabResult result = Lab.Run("import", "keras", folder["m.h5"], "--output", older);
        Assert.Equal((ExitCodes.SomeFailed, ""), (result.Code, result.Out));
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("m.h5: is not an HDF5 file.", result.Error, StringComparison.Ordinal);

        MadeModel made = MadeModels.Small();
        made["conv2d_1"]["kernel"][3] = float.NaN;
        KerasWriter.Save(made, folder["nan.h5"]);
        result = Lab.Run("import", "keras", folder["nan.h5"], "--output", older);
        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains("layer 'conv2d_1': value ", result.Error, StringComparison.Ordinal);
        Assert.Contains("is NaN, expected a finite number.", result.Error, StringComparison.Ordinal);
        Assert.Equal("an older model", File.ReadAllText(older));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    [Theory]
    [InlineData("mien-lab import keras model.h5", "import")]
    [InlineData(
        "mien-lab import keras fer2013_mini_XCEPTION.102-0.66.hdf5 --scaling -1..1 --name mini-xception",
        "import",
        "keras"
    )]
    public void The_help_has_examples(string example, params string[] command)
    {
        LabResult help = Lab.Run([.. command, "--help"]);
        Assert.Equal((ExitCodes.Done, ""), (help.Code, help.Error));
        Assert.Contains("  " + example + "\n", help.Out, StringComparison.Ordinal);
    }
}
