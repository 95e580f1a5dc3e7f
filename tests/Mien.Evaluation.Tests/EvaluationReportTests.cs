using System.Text.Json;
using Mien.Data;
using static Mien.Expression;

namespace Mien.Evaluation.Tests;

public class EvaluationReportTests
{
    private static readonly Predictions Few = Made.Named(
        "deep",
        (Anger, Anger, 0.9f),
        (Fear, Anger, 0.6f),
        (Neutral, Neutral, 0.7f)
    );

    private static EvaluationReport Report(McNemarResult? comparison = null) =>
        new()
        {
            Model = "deep",
            Data = "größe.csv",
            Split = "PublicTest",
            TestTimeAugmentation = TestTimeAugmentation.FlipAndShift,
            Temperature = 1.25,
            Seed = 3,
            Result = Metrics.Compute(Few, [1], seed: 3),
            Certain = RiskCoverage.At(Few, 0.65),
            Robustness = [new RobustnessCurve(Corruption.LowResolution, [new RobustnessPoint(24, 3, 1)])],
            Comparison = comparison,
        };

    [Fact]
    public void The_keys_of_the_JSON_are_the_agreed_ones_in_their_order()
    {
        using JsonDocument json = JsonDocument.Parse(Report(McNemar.Compare(Few, Few)).ToJson());

        Assert.Equal(
            "model data split labelSet voteRule head tta temperature seed count correct accuracy accuracyInterval "
                + "duplicates accuracyWithoutDuplicates accuracyWithoutDuplicatesInterval macroF1 logLoss ece "
                + "eceByChance neutralCalledSad neutralCalledSadInterval sadCalledNeutral sadCalledNeutralInterval "
                + "labels perClass confusion reliability riskCoverage certain heads robustness comparison",
            Keys(json.RootElement)
        );
        Assert.Equal("low high", Keys(json.RootElement.GetProperty("accuracyInterval")));
        Assert.Equal(
            "anger disgust fear happiness sadness surprise neutral",
            Keys(json.RootElement.GetProperty("perClass"))
        );
        Assert.Equal(
            "precision recall f1 support predicted",
            Keys(json.RootElement.GetProperty("perClass").GetProperty("fear"))
        );
        Assert.Equal("aurc aurcOfBestOrder points chosen", Keys(json.RootElement.GetProperty("riskCoverage")));
        Assert.Equal(
            "threshold count correct coverage accuracy accuracyInterval",
            Keys(json.RootElement.GetProperty("riskCoverage").GetProperty("points")[0])
        );
        Assert.Equal("corruption points", Keys(json.RootElement.GetProperty("robustness")[0]));
        Assert.Equal(
            "strength count correct accuracy accuracyInterval",
            Keys(json.RootElement.GetProperty("robustness")[0].GetProperty("points")[0])
        );
        Assert.Equal("low high count confidence accuracy", Keys(json.RootElement.GetProperty("reliability")[0]));
        Assert.Equal(
            "model other bothRight onlyModelRight onlyOtherRight bothWrong accuracyDifference pValue exact",
            Keys(json.RootElement.GetProperty("comparison"))
        );

        static string Keys(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void The_values_of_the_JSON_are_the_figures()
    {
        string text = Report().ToJson();
        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement root = json.RootElement;

        Assert.Equal(2 / 3.0, root.GetProperty("accuracy").GetDouble());
        Assert.Equal(3, root.GetProperty("count").GetInt32());
        Assert.Equal("flip-shift", root.GetProperty("tta").GetString());
        Assert.Equal(1, root.GetProperty("confusion")[2][0].GetInt32());
        Assert.Equal(0, root.GetProperty("confusion")[0][2].GetInt32());
        Assert.Equal(
            "[\"anger\",\"disgust\",\"fear\",\"happiness\",\"sadness\",\"surprise\",\"neutral\"]",
            JsonSerializer.Serialize(root.GetProperty("labels"))
        );
        Assert.Equal(0.5, root.GetProperty("perClass").GetProperty("anger").GetProperty("precision").GetDouble());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("comparison").ValueKind);
        Assert.Equal(1.0, root.GetProperty("accuracyWithoutDuplicates").GetDouble());
        Assert.Equal(
            (0.65, 2),
            (
                root.GetProperty("certain").GetProperty("threshold").GetDouble(),
                root.GetProperty("certain").GetProperty("count").GetInt32()
            )
        );
        Assert.Equal("lowResolution", root.GetProperty("robustness")[0].GetProperty("corruption").GetString());
        Assert.Equal(
            1 / 3.0,
            root.GetProperty("robustness")[0].GetProperty("points")[0].GetProperty("accuracy").GetDouble()
        );
        Assert.Contains("\"größe.csv\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
    }

    [Fact]
    public void Heads_and_label_sets_are_written_and_read()
    {
        FaceDataset images = Made.Faces(3, 8, 1).WithVotes(null, [.. Rows([9, 0, 1], [0, 9, 1], [0, 0, 10])]);
        var votes = FerPlusLabels.Of(images, VoteRule.Authors);
        EvaluationReport report = Report() with
        {
            LabelSet = LabelSetKind.FerPlus,
            VoteRule = VoteRule.Authors,
            Head = "ferplus",
            Heads = [.. HeadResult.Of("ferplus", Few, votes)],
        };
        string text = report.ToJson();
        EvaluationReport read = EvaluationReport.FromJson(text, "a.json");
        HeadResult[] heads = [.. read.Heads!];

        Assert.Equal(report.Heads, heads);
        Assert.Equal(text, read.ToJson());
        Assert.Contains("\"labelSet\": \"ferplus\",\n  \"voteRule\": \"authors\",", text, StringComparison.Ordinal);
        Assert.Equal([LabelSetKind.Fer2013, LabelSetKind.FerPlus], heads.Select(h => h.LabelSet));
        Assert.Equal([(3, 2), (3, 1)], heads.Select(h => (h.Count, h.Correct)));
        Assert.Equal([null, 3], heads.Select(h => h.CountOfEight));

        // The labels by votes are anger, disgust and fear, the predictions anger, anger and neutral.
        static IEnumerable<byte> Rows(params byte[][] rows) => rows.SelectMany(r => r.Concat(new byte[10 - r.Length]));
    }

    [Fact]
    public void Values_that_do_not_apply_are_null_and_not_absent()
    {
        EvaluationReport report = Report() with
        {
            Result = Metrics.Compute(Few),
            Temperature = null,
            Certain = null,
            Robustness = null,
        };
        using JsonDocument json = JsonDocument.Parse(report.ToJson());

        foreach (
            string key in new[]
            {
                "duplicates",
                "accuracyWithoutDuplicates",
                "accuracyWithoutDuplicatesInterval",
                "temperature",
                "certain",
                "robustness",
            }
        )
        {
            Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty(key).ValueKind);
        }
    }

    [Fact]
    public void A_report_that_was_read_back_writes_the_same_JSON()
    {
        string text = Report(McNemar.Compare(Few, Few)).ToJson();

        Assert.Equal(text, EvaluationReport.FromJson(text, "r.json").ToJson());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("{\"accuracy\":0.5}")]
    public void A_foreign_file_is_rejected(string text)
    {
        var error = Assert.Throws<MienException>(() => EvaluationReport.FromJson(text, "r.json"));

        Assert.Equal("badEvaluation", error.Code);
        Assert.StartsWith("r.json: not an evaluation result (", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Write one with mien evaluate … --json.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contradictory_figures_are_rejected()
    {
        string text = Report().ToJson().Replace("\"count\": 3,", "\"count\": 4,", StringComparison.Ordinal);
        var error = Assert.Throws<MienException>(() => EvaluationReport.FromJson(text, "r.json"));

        Assert.Contains(
            "the confusion matrix holds 3 images, 2 of them correct, but count is 4 and correct 2",
            error.Message,
            StringComparison.Ordinal
        );
    }
}
