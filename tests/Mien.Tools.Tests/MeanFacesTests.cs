using Mien.CommandLine;

namespace Mien.Tools.Tests;

public sealed class MeanFacesTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Seven_pictures_of_the_images_size_are_written_and_named()
    {
        CommandResult result = Tools.Run(
            "mean-faces",
            "--data",
            Data(),
            "--model",
            "tiny",
            "--count",
            "50",
            "--output",
            folder["faces"],
            "--quiet"
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Empty(result.Error);
        Assert.Equal(
            Expressions.Names.Select(n => n + ".png").Order(StringComparer.Ordinal),
            Directory.GetFiles(folder["faces"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Check.All(Directory.GetFiles(folder["faces"]), f => Assert.Equal((48, 48), Size(f)));
        Assert.Equal(
            7,
            result.Out.Split('\n').Count(l => l.Contains(".png: mean of 50 images, named ", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void All_seven_are_drawn_in_one_picture_on_request()
    {
        CommandResult result = Tools.Run(
            "mean-faces",
            "--data",
            Data(),
            "--model",
            "tiny",
            "--count",
            "50",
            "--output",
            folder["faces"],
            "--photo",
            folder["photo.jpg"],
            "--quiet"
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        using Photo photo = Photo.Decode(folder["photo.jpg"]);
        Assert.Equal((1280, 720), (photo.Width, photo.Height));
        Assert.Contains("photo.jpg: all of them in one picture", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mean_of_so_few_that_people_could_be_recognised_is_refused_and_nothing_written()
    {
        string few = folder.Write("few.csv", MadeCsv.Of(49, 1));
        CommandResult result = Tools.Run("mean-faces", "--data", few, "--model", "tiny", "--output", folder["faces"]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            "few.csv has 49 Training images of anger, expected 50 or more: a mean of fewer would let people be "
                + "recognised.",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(folder["faces"]));
    }

    [Fact]
    public void A_model_that_is_not_there_and_a_file_in_place_of_the_folder_are_wrong_usage()
    {
        CommandResult model = Tools.Run(
            "mean-faces",
            "--data",
            Data(),
            "--model",
            folder["none.onnx"],
            "--output",
            folder["faces"]
        );
        CommandResult output = Tools.Run(
            "mean-faces",
            "--data",
            Data(),
            "--model",
            "tiny",
            "--output",
            folder.Write("file", "")
        );

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage), (model.Code, output.Code));
        Assert.Contains("none.onnx: there is no such model file", model.Error, StringComparison.Ordinal);
        Assert.Contains("is a file, expected a folder to write to.", output.Error, StringComparison.Ordinal);
    }

    private string Data() => folder.Write("made.csv", MadeCsv.Of(trainingEach: 52, publicTestEach: 1));

    private static (int Width, int Height) Size(string png)
    {
        GrayImage picture = GrayImage.Decode(png);
        return (picture.Width, picture.Height);
    }
}
