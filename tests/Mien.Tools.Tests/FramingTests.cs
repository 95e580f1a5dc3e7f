using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Tools.Tests;

public sealed class FramingTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("back")]
    [InlineData("front")]
    [InlineData("full")]
    public void The_sample_faces_are_found_with_about_the_framing_of_the_library(string detector)
    {
        CommandResult result = Tools.Run(
            "framing",
            "--data",
            SampleCsv(),
            "--images",
            "0",
            "--detector",
            detector,
            "--json",
            "--quiet"
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Empty(result.Error);
        JsonElement json = JsonDocument.Parse(result.Out).RootElement;
        Assert.Equal(7, json.GetProperty("images").GetInt32());
        Assert.Equal(7, json.GetProperty("found").GetInt32());

        // A synthetic face is one face: its box may differ from the median of all by as much as most single faces do.
        Assert.InRange(json.GetProperty("scale")[1].GetDouble(), 0.95, 1.4);
        Assert.InRange(json.GetProperty("right")[1].GetDouble(), -0.08, 0.08);
        Assert.InRange(json.GetProperty("down")[1].GetDouble(), -0.2, 0.05);
        Assert.InRange(json.GetProperty("rollDegrees")[1].GetDouble(), 0, 10);
        FaceFraming framing = FaceFraming.Of(Enum.Parse<DetectorModel>(detector, ignoreCase: true));
        Assert.Equal(framing.Scale, json.GetProperty("library").GetProperty("scale").GetSingle());
        Assert.Equal(framing.Down, json.GetProperty("library").GetProperty("down").GetSingle());
    }

    [Fact]
    public void The_table_tells_what_finding_the_face_costs_in_accuracy()
    {
        CommandResult result = Tools.Run("framing", "--data", SampleCsv(), "--model", BuiltInModels.Default, "--quiet");

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains("of 7 images", result.Out, StringComparison.Ordinal);
        Assert.Contains("crop's side, in sides of the box", result.Out, StringComparison.Ordinal);
        Assert.Matches(
            $@"Accuracy of {BuiltInModels.Default} on these \d images: [\d.]+ % on the original images, "
                + @"[\d.]+ % when exactly cropped again, [\d.]+ % with face detection and cropping\. "
                + @"Difference [+−]?[\d.]+ ± [\d.]+ points \(\d gained, \d lost, p = [\d.]+\)\.",
            result.Out
        );
        Assert.Matches(@"""scale"": \d\.\d\d", result.Out);
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("edge")]
    public void The_errors_are_given_as_values_for_a_recipe(string padding)
    {
        CommandResult result = Tools.Run(
            "framing",
            "--data",
            SampleCsv(),
            "--padding",
            padding,
            "--model",
            BuiltInModels.Default,
            "--json",
            "--quiet"
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        JsonElement json = JsonDocument.Parse(result.Out).RootElement;
        foreach ((string key, double limit) in new[] { ("shift", 0.5), ("scale", 0.9), ("rotation", 180.0) })
        {
            JsonElement errors = json.GetProperty("errors").GetProperty(key);
            double deviation = errors.GetProperty("standardDeviation").GetDouble();
            Assert.Equal(3, errors.GetProperty("quartiles").GetArrayLength());
            Assert.InRange(deviation, 0, limit);
            Assert.Equal(Math.Sqrt(3) * deviation, errors.GetProperty("recipe").GetDouble(), 0.001);
        }

        // The true square of the padded image is the image, resampled twice: nearly every face keeps its prediction.
        JsonElement accuracy = json.GetProperty("accuracy");
        Assert.InRange(
            accuracy.GetProperty("exactCrop").GetDouble(),
            accuracy.GetProperty("asTheyAre").GetDouble() - 0.15,
            1
        );
    }

    [Fact]
    public void The_fit_to_the_eyes_is_computed_and_is_the_same_each_time()
    {
        string data = SampleCsv();
        string[] arguments = ["framing", "--data", data, "--images", "0", "--fit", "--json", "--quiet"];
        CommandResult result = Tools.Run(arguments);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        JsonElement fit = JsonDocument.Parse(result.Out).RootElement.GetProperty("fit");
        Assert.InRange(fit.GetProperty("faces").GetInt32(), 5, 7);
        Assert.Equal(8, fit.EnumerateObject().Count());
        Check.All(fit.EnumerateObject(), p => Assert.True(double.IsFinite(p.Value.GetDouble()), p.Name));
        Assert.Equal(result.Out, Tools.Run(arguments).Out);
        CommandResult table = Tools.Run([.. arguments.Where(a => a != "--json")]);
        Assert.Contains("Fit to the eyes in", table.Out, StringComparison.Ordinal);
        Assert.Contains("sideByDistance", table.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_face_is_found_it_says_so()
    {
        CommandResult result = Tools.Run("framing", "--data", folder.Write("made.csv", MadeCsv.Of(2, 1)), "--quiet");

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Contains("made.csv: a face was found in 0 of 14 images (0.0 %).", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--share", "0", "--share is 0, expected over 0.05, at most 1.")]
    [InlineData("--min-score", "2", "--min-score is 2, expected 0 to 1.")]
    [InlineData("--images", "-1", "--images is -1, expected 0 (all) or more.")]
    [InlineData("--split", "PrivateTest", "has no images of PrivateTest")]
    public void A_value_that_makes_no_sense_is_wrong_usage(string option, string value, string message)
    {
        CommandResult result = Tools.Run(
            "framing",
            "--data",
            folder.Write("made.csv", MadeCsv.Of(2, 1)),
            option,
            value
        );

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    /// <summary>The repository's synthetic faces as rows of a dataset.</summary>
    private string SampleCsv()
    {
        var csv = new StringBuilder("emotion,pixels,Usage\n");
        foreach (Expression expression in Enum.GetValues<Expression>())
        {
            GrayImage face = SampleFaces.Crop(expression);
            csv.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{(int)expression},{string.Join(' ', face.Pixels)},Training\n"
            );
        }

        return folder.Write("samples.csv", csv.ToString());
    }
}
