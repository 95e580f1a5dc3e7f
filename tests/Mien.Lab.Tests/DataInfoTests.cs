using System.Globalization;
using System.Text.Json.Nodes;
using Mien.CommandLine;

namespace Mien.Lab.Tests;

public sealed class DataInfoTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// Five training images, two of them identical with different labels and one without content; two PublicTest
    /// images, one of them identical to a training image; one PrivateTest image.
    /// </summary>
    private string Small() =>
        folder.Write(
            "лица.csv",
            "emotion,pixels,Usage\n"
                + string.Concat(
                    Pattern(Expression.Anger, 1, "Training"),
                    Pattern(Expression.Fear, 1, "Training"),
                    Pattern(Expression.Anger, 2, "Training"),
                    Pattern(Expression.Neutral, 3, "Training"),
                    MadeCsv.Row(Expression.Happiness, 0, "Training"),
                    Pattern(Expression.Anger, 2, "PublicTest"),
                    Pattern(Expression.Surprise, 4, "PublicTest"),
                    Pattern(Expression.Neutral, 5, "PrivateTest")
                )
        );

    [Fact]
    public void The_table_counts_images_duplicates_and_images_without_content()
    {
        LabResult result = Lab.Run("data", "info", "--data", Small());

        Assert.Equal((ExitCodes.Done, ""), (result.Code, result.Error));
        Assert.StartsWith("лица.csv: 8 images of 48×48 pixels\n", result.Out, StringComparison.Ordinal);
        foreach (
            string row in new[]
            {
                @"(?m)^ +Training +PublicTest +PrivateTest +all$",
                @"(?m)^anger +2 +1 +0 +3$",
                @"(?m)^disgust +0 +0 +0 +0$",
                @"(?m)^neutral +1 +0 +1 +2$",
                @"(?m)^all +5 +2 +1 +8$",
                @"(?m)^also in Training +1 +0$",
                @"(?m)^without content +1 +0 +0 +1$",
                @"(?m)^6 distinct images; 2 occur more than once, 1 of them with more than one label\.$",
            }
        )
        {
            Assert.Matches(row, result.Out);
        }
    }

    [Fact]
    public void The_json_has_the_same_counts()
    {
        JsonNode json = JsonNode.Parse(Lab.Run("data", "info", "--data", Small(), "--json").Out)!;

        Assert.Equal(
            ("лица.csv", 8, 48, 48, false),
            (
                (string)json["name"]!,
                (int)json["images"]!,
                (int)json["width"]!,
                (int)json["height"]!,
                (bool)json["votes"]!
            )
        );
        Assert.Equal(
            (6, 2, 1),
            (
                (int)json["distinctImages"]!,
                (int)json["duplicateGroups"]!,
                (int)json["duplicateGroupsWithSeveralLabels"]!
            )
        );
        JsonNode training = json["splits"]!["Training"]!;
        Assert.Equal(
            (5, 2, 0, 1),
            (
                (int)training["images"]!,
                (int)training["perClass"]!["anger"]!,
                (int)training["perClass"]!["disgust"]!,
                (int)training["withoutContent"]!
            )
        );
        Assert.Equal(1, (int)json["splits"]!["PublicTest"]!["alsoIn"]!["Training"]!);
        Assert.Equal(["Training", "PublicTest", "PrivateTest"], json["splits"]!.AsObject().Select(s => s.Key));
    }

    [Fact]
    public void A_random_split_depends_only_on_the_seed()
    {
        string csv = folder.Write("made.csv", MadeCsv.Of(10, 0));
        string first = Lab.Run("data", "info", "--data", csv, "--random-split", "1", "--json").Out;
        JsonNode splits = JsonNode.Parse(first)!["splits"]!;

        Assert.Equal(
            (56, 7, 7),
            (
                (int)splits["Training"]!["images"]!,
                (int)splits["PublicTest"]!["images"]!,
                (int)splits["PrivateTest"]!["images"]!
            )
        );
        Check.All(Expressions.Names, n => Assert.Equal(8, (int)splits["Training"]!["perClass"]![n]!));
        Assert.Equal(first, Lab.Run("data", "info", "--data", csv, "--random-split", "1", "--json").Out);
    }

    [Fact]
    public void A_file_without_splits_needs_the_default_split()
    {
        string csv = folder.Write(
            "plain.csv",
            "emotion,pixels\n" + MadeCsv.Row(Expression.Fear, 9, "").Replace(",\n", "\n", StringComparison.Ordinal)
        );
        LabResult refused = Lab.Run("data", "info", "--data", csv);
        LabResult taken = Lab.Run("data", "info", "--data", csv, "--default-split", "publictest", "--json");

        Assert.Equal(ExitCodes.SomeFailed, refused.Code);
        Assert.Contains("has no column Usage", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, (int)JsonNode.Parse(taken.Out)!["splits"]!["PublicTest"]!["images"]!);
    }

    [Fact]
    public void A_folder_with_an_ambiguous_test_split_needs_the_test_folder_split()
    {
        foreach (string name in new[] { "train/happy/a.png", "test/happy/b.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder["kaggle/" + name])!);
            File.WriteAllBytes(
                folder["kaggle/" + name],
                new GrayImage(8, 8, [.. Enumerable.Range(0, 64).Select(i => (byte)(i * name.Length))]).EncodePng()
            );
        }

        LabResult refused = Lab.Run("data", "info", "--data", folder["kaggle"]);
        LabResult taken = Lab.Run(
            "data",
            "info",
            "--data",
            folder["kaggle"],
            "--test-folder-split",
            "PublicTest",
            "--json"
        );

        Assert.Equal(ExitCodes.SomeFailed, refused.Code);
        Assert.Contains("may be PublicTest, PrivateTest or both", refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, Lab.Run("data", "info", "--data", folder["kaggle"], "--random-split", "1").Code);
        Assert.Equal(["Training", "PublicTest"], JsonNode.Parse(taken.Out)!["splits"]!.AsObject().Select(s => s.Key));
    }

    [Fact]
    public void The_contact_sheet_is_written_into_a_new_folder()
    {
        LabResult result = Lab.Run("data", "info", "--data", Small(), "--sheet", folder["out/sheet.png"]);

        Assert.Equal($"Contact sheet written to {folder["out/sheet.png"]}.\n", result.Error);
        (int width, int height) = Files.PngSize(folder["out/sheet.png"]);
        Assert.True(width > 100 && height > 7 * 48, $"{width}×{height}");
    }

    [Fact]
    public void Bad_rows_are_counted_and_named_with_skip_bad_rows()
    {
        string csv = folder.Write("bad.csv", File.ReadAllText(Small()) + "9,1 2 3,Training\n");
        LabResult refused = Lab.Run("data", "info", "--data", csv);
        LabResult skipped = Lab.Run("data", "info", "--data", csv, "--skip-bad-rows");

        Assert.Equal(ExitCodes.SomeFailed, refused.Code);
        Assert.Contains("bad.csv, line 10: ", refused.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, skipped.Code);
        Assert.Contains("warning: 1 of 9 rows were skipped.\n", skipped.Error, StringComparison.Ordinal);
        Assert.Contains("bad.csv: 8 images", skipped.Out, StringComparison.Ordinal);
    }

    private static string Pattern(Expression label, int number, string usage) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)label},{string.Join(' ', Pixels(number))},{usage}\n");

    private static IEnumerable<int> Pixels(int number) =>
        Enumerable.Range(0, MadeCsv.Side * MadeCsv.Side).Select(i => i * number * 7 % 256);
}
