using System.Globalization;
using System.Text;
using static Mien.Expression;

namespace Mien.Evaluation.Tests;

public class PredictionFileTests
{
    private const string Row = "0,a.png,anger,0.4,0.1,0.1,0.1,0.1,0.1,0.1,anger";

    [Fact]
    public void A_file_has_a_header_and_one_row_per_image()
    {
        using var writer = new StringWriter();
        PredictionFile.Write(writer, new Predictions("made", [0.5f, 0, 0, 0, 0.25f, 0, 0.25f], [6], ["made.csv:3"]));

        Assert.Equal(
            "index,source,label,anger,disgust,fear,happiness,sadness,surprise,neutral,predicted\n"
                + "0,made.csv:3,neutral,0.5,0,0,0,0.25,0,0.25,anger\n",
            writer.ToString()
        );
    }

    [Fact]
    public void Sources_that_a_spreadsheet_would_run_are_escaped_on_demand_and_read_either_way()
    {
        using var folder = new TempFolder();
        foreach (bool isSafe in (bool[])[false, true])
        {
            var predictions = new Predictions("made", [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], [0, 0], ["=1", "b"]);
            PredictionFile.Write(folder["p.csv"], predictions, isSafe);

            Assert.Contains($"0,{(isSafe ? "'" : "")}=1,anger,1,", File.ReadAllText(folder["p.csv"]));
            Assert.Contains("\n1,b,anger,1,", File.ReadAllText(folder["p.csv"]));
            Assert.Equal(["=1", "b"], PredictionFile.Read(folder["p.csv"]).Sources);
        }
    }

    [Fact]
    public void Floats_and_sources_survive_a_round_trip_exactly()
    {
        using var folder = new TempFolder();
        var random = new Random(1);
        float[] probabilities = new float[70];
        for (int i = 0; i < 10; i++)
        {
            float[] row = [.. Enumerable.Range(0, 7).Select(_ => MathF.Pow(random.NextSingle(), 9))];
            float sum = row.Sum();
            row.Select(p => p / sum).ToArray().CopyTo(probabilities, i * 7);
        }

        string[] sources =
        [
            "a,b.png",
            "say \"cheese\".png",
            "two\nlines",
            "cr\rlf\r\n",
            "\"",
            "",
            " spaced ",
            "größe/顔.png",
            "x:7",
            "plain",
        ];
        var before = new Predictions("made", probabilities, [0, 1, 2, 3, 4, 5, 6, 0, 1, 2], sources);
        PredictionFile.Write(folder["p.csv"], before);
        Predictions after = PredictionFile.Read(folder["p.csv"]);

        Assert.Equal(
            before.Probabilities.Select(BitConverter.SingleToInt32Bits),
            after.Probabilities.Select(BitConverter.SingleToInt32Bits)
        );
        Assert.Equal(sources, after.Sources);
        Assert.Equal(before.Labels, after.Labels);
        Assert.Equal(folder["p.csv"], after.Name);
        Assert.Null(after.Logits);
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        CultureInfo former = CultureInfo.CurrentCulture;
        try
        {
            // Under InvariantGlobalization a named culture has invariant formats, so the comma is set by hand.
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NumberGroupSeparator = ".";
            comma.NumberFormat.PercentDecimalSeparator = ",";
            CultureInfo.CurrentCulture = comma;
            Assert.Equal("0,5", 0.5.ToString("0.0", null));

            using var writer = new StringWriter();
            Predictions predictions = Made.Of((Anger, Anger, 0.7f), (Fear, Anger, 0.31f));
            PredictionFile.Write(writer, predictions);
            Predictions again = PredictionFile.Read(Stream(writer.ToString()), "p.csv");
            Assert.Equal(predictions.Probabilities, again.Probabilities);

            var report = new EvaluationReport
            {
                Model = "m",
                Data = "d",
                Split = "s",
                Result = Metrics.Compute(predictions),
            };
            string page = HtmlReport.Render(report, predictions, null);
            Assert.Contains("50.00 %", page, StringComparison.Ordinal);
            Assert.DoesNotMatch("[0-9],[0-9]{1,2} %|=\"[0-9]+,[0-9]", page);
            Assert.Equal(0.5, EvaluationReport.FromJson(report.ToJson(), "r.json").Result.Accuracy);
        }
        finally
        {
            CultureInfo.CurrentCulture = former;
        }
    }

    [Fact]
    public void A_predictions_file_is_distinguished_from_a_model()
    {
        using var folder = new TempFolder();
        PredictionFile.Write(folder["p.csv"], Made.Of((Anger, Anger, 0.5f)));
        File.WriteAllText(folder["other.csv"], "emotion,pixels,Usage\n");

        Assert.True(PredictionFile.Is(folder["p.csv"]));
        Assert.False(PredictionFile.Is(folder["other.csv"]));
        Assert.False(PredictionFile.Is(folder["missing.csv"]));
    }

    [Fact]
    public void A_file_with_a_byte_order_mark_and_Windows_line_endings_is_read()
    {
        Predictions predictions = PredictionFile.Read(Stream($"\uFEFF{PredictionFile.Header}\r\n{Row}\r\n"), "p.csv");

        Assert.Equal(1, predictions.Count);
        Assert.Equal(0.4f, predictions.Probabilities[0]);
    }

    [Fact]
    public void A_file_with_a_header_alone_has_no_images() =>
        Assert.Equal(0, PredictionFile.Read(Stream(PredictionFile.Header), "p.csv").Count);

    [Theory]
    [InlineData(
        "",
        "p.csv: not a predictions file: it is empty, expected "
            + "'index,source,label,anger,disgust,fear,happiness,sadness,surprise,neutral,predicted'. Write one with "
            + "mien evaluate … --predictions FILE."
    )]
    [InlineData(
        "emotion,pixels,Usage\n0,1 2,Training\n",
        "p.csv: not a predictions file: its first line is 'emotion,pixels,Usage', expected "
            + "'index,source,label,anger,disgust,fear,happiness,sadness,surprise,neutral,predicted'. Write one with "
            + "mien evaluate … --predictions FILE."
    )]
    [InlineData(
        "\u0008\u0007PK\0binary\n",
        "p.csv: not a predictions file: its first line is '??PK?binary', expected "
            + "'index,source,label,anger,disgust,fear,happiness,sadness,surprise,neutral,predicted'. Write one with "
            + "mien evaluate … --predictions FILE."
    )]
    public void A_foreign_file_is_rejected_with_its_first_line(string text, string message)
    {
        var error = Assert.Throws<MienException>(() => PredictionFile.Read(Stream(text), "p.csv"));

        Assert.Equal("notPredictions", error.Code);
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void A_foreign_file_without_line_breaks_is_not_read_whole()
    {
        using Stream endless = Stream(new string('x', 10_000_000));
        var error = Assert.Throws<MienException>(() => PredictionFile.Read(endless, "p.csv"));

        Assert.True(endless.Position < 1_000_000);
        Assert.Contains(
            "its first line is 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("1,a.png,anger,0.4,0.1,0.1,0.1,0.1,0.1,0.1,anger", "its index is '1', expected 0; is a row missing?")]
    [InlineData(
        "0,a.png,angry,0.4,0.1,0.1,0.1,0.1,0.1,0.1,anger",
        "its label is 'angry', expected one of anger, disgust, fear, happiness, sadness, surprise, neutral"
    )]
    [InlineData(
        "0,a.png,anger,0.4,0.1,0.1,0.1,0.1,0.1,0.1,7",
        "its predicted is '7', expected one of anger, disgust, fear, happiness, sadness, surprise, neutral"
    )]
    [InlineData("0,a.png,anger,0.4,0.1,0.1,much,0.1,0.1,0.1,anger", "its happiness is 'much', expected a number")]
    [InlineData(
        "0,a.png,anger,NaN,0.1,0.1,0.1,0.1,0.1,0.1,anger",
        "the probability NaN is not a finite number of 0 or more"
    )]
    [InlineData(
        "0,a.png,anger,-0.4,0.9,0.1,0.1,0.1,0.1,0.1,anger",
        "the probability -0.4 is not a finite number of 0 or more"
    )]
    [InlineData("0,a.png,anger,0.9,0.1,0.1,0.1,0.1,0.1,0.1,anger", "the seven probabilities sum to 1.5, expected 1")]
    [InlineData("0,a.png,anger,0.4,0.1,0.1", "it has 6 columns, expected 11")]
    [InlineData("0,\"a.png,anger,0.4,0.1,0.1", "a quoted source is not closed; the file is truncated")]
    public void A_bad_row_is_an_error_with_its_line_and_value(string row, string what)
    {
        var error = Assert.Throws<MienException>(() =>
            PredictionFile.Read(Stream($"{PredictionFile.Header}\n{row}\n"), "p.csv")
        );

        Assert.Equal("badPredictions", error.Code);
        Assert.Equal(
            $"p.csv, line 2: {what}. Write the file again with mien evaluate … --predictions FILE.",
            error.Message
        );
    }

    [Fact]
    public void Quoted_line_breaks_count_as_lines()
    {
        string text =
            $"{PredictionFile.Header}\n0,\"a\nb\",anger,0.4,0.1,0.1,0.1,0.1,0.1,0.1,anger\n"
            + $"1,b,?,0.4,0.1,0.1,0.1,0.1,0.1,0.1,anger\n";
        var error = Assert.Throws<MienException>(() => PredictionFile.Read(Stream(text), "p.csv"));

        Assert.StartsWith("p.csv, line 4: its label is '?'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TempFolder();
        var error = Assert.Throws<MienException>(() => PredictionFile.Read(folder["none.csv"]));

        Assert.Equal("fileNotFound", error.Code);
        Assert.Equal(
            $"{folder["none.csv"]}: there is no such file. Write one with mien evaluate … --predictions FILE.",
            error.Message
        );
    }

    [Fact]
    public void Writing_to_a_folder_is_an_error()
    {
        using var folder = new TempFolder();
        var error = Assert.Throws<MienException>(() => PredictionFile.Write(folder[string.Empty], Made.Of()));

        Assert.Equal("cannotWrite", error.Code);
        Assert.Equal($"{folder[string.Empty]}: this is a folder, expected the name of a file to write.", error.Message);
    }

    [Fact]
    public void A_failed_write_keeps_the_existing_file()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["p.csv"], "former");

        Assert.Throws<MienException>(() =>
            OutputFile.WriteText(
                folder["p.csv"],
                writer =>
                {
                    writer.Write("half");
                    throw new IOException("no space left");
                }
            )
        );
        Assert.Equal("former", File.ReadAllText(folder["p.csv"]));
        Assert.Single(Directory.GetFiles(folder[string.Empty]));
    }

    [Theory]
    [InlineData(6, 1, 1)]
    [InlineData(7, 2, 1)]
    [InlineData(7, 1, 2)]
    public void Arrays_of_different_lengths_are_rejected(int probabilities, int labels, int sources) =>
        Assert.Throws<ArgumentException>(() =>
            new Predictions("made", new float[probabilities], new byte[labels], [.. Enumerable.Repeat("a", sources)])
        );

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));
}
