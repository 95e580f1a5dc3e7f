using System.Globalization;
using System.Text;
using Mien.CommandLine;

namespace Mien.Tools.Tests;

public sealed class MeanFacesTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Seven_faces_and_a_photo_of_them_are_written_and_classified_as_what_they_are()
    {
        CommandResult result = Tools.Run(
            "mean-faces",
            "--data",
            folder.Write("faces.csv", MadeFaces(65)),
            "--count",
            "50",
            "--output",
            folder["faces"],
            "--photo",
            folder["photo.jpg"],
            "--quiet"
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Empty(result.Error);
        Assert.Equal(
            Expressions.Names.Select(n => n + ".png").Order(StringComparer.Ordinal),
            Directory.GetFiles(folder["faces"]).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Check.All(Directory.GetFiles(folder["faces"]), f => Assert.Equal((256, 256), Size(f)));
        string[] lines = result.Out.TrimEnd().Split('\n');
        Assert.Equal(8, lines.Length);
        Check.All(
            Expressions.Names.Zip(lines),
            pair =>
                Assert.Matches(
                    $@"{pair.First}\.png: average of 50 of \d+ aligned images, classified as {pair.First} \(",
                    pair.Second
                )
        );
        using Photo photo = Photo.Decode(folder["photo.jpg"]);
        Assert.Equal((1280, 720), (photo.Width, photo.Height));
        Assert.EndsWith("photo.jpg: all of them in one picture", lines[7].TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_average_of_so_few_that_people_could_be_recognised_is_refused_and_nothing_written()
    {
        string few = folder.Write("few.csv", MadeCsv.Of(49, 1));
        CommandResult result = Tools.Run("mean-faces", "--data", few, "--model", "tiny", "--output", folder["faces"]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            "few.csv has 49 Training images of anger, expected 50 or more: people could be recognised in an average "
                + "of fewer.",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(folder["faces"]));
    }

    [Fact]
    public void Images_without_a_frontal_face_do_not_count()
    {
        CommandResult result = Tools.Run(
            "mean-faces",
            "--data",
            Data(),
            "--model",
            "tiny",
            "--output",
            folder["faces"],
            "--quiet"
        );

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(
            "made.csv has 0 different frontal faces in Training images of anger, expected 50 or more",
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

    /// <summary>The sample faces, each before a background of its own, so that no two look like one photo.</summary>
    private static string MadeFaces(int each)
    {
        var random = new Random(1);
        var csv = new StringBuilder("emotion,pixels,Usage\n");
        foreach ((Expression expression, _) in SampleFaces.All)
        {
            byte[] face = SampleFaces.Crop(expression).Pixels;
            for (int i = 0; i < each; i++)
            {
                byte[] blocks = new byte[64];
                random.NextBytes(blocks);
                IEnumerable<int> pixels = face.Select(
                    (p, at) =>
                    {
                        (int y, int x) = Math.DivRem(at, 48);
                        double dx = (x - 23.5) / 18,
                            dy = (y - 23.5) / 22;
                        int gray = (dx * dx) + (dy * dy) < 1 ? p : blocks[(8 * (y / 6)) + (x / 6)];
                        return Math.Clamp(gray + random.Next(-8, 9), 0, 255);
                    }
                );
                csv.Append(CultureInfo.InvariantCulture, $"{(int)expression},{string.Join(' ', pixels)},Training\n");
            }
        }

        return csv.ToString();
    }

    private static (int Width, int Height) Size(string png)
    {
        GrayImage picture = GrayImage.Decode(png);
        return (picture.Width, picture.Height);
    }
}
