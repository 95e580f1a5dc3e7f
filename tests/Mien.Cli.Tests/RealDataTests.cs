using System.Text.Json;
using Mien.Data;

namespace Mien.Cli.Tests;

/// <summary>The published accuracies are those that <c>mien evaluate</c> measures on the shipped models.</summary>
public sealed class RealDataTests(Fer2013Excerpt excerpt) : IClassFixture<Fer2013Excerpt>
{
    [Fact]
    public void Evaluating_a_shipped_model_gives_the_accuracy_in_its_contract()
    {
        string whole = Path.Combine(Fer2013Files.Folder(), "fer2013.csv.gz");
        Assert.Contains("tiny", BuiltInModels.Names);
        foreach (string name in BuiltInModels.Names)
        {
            // The other models use the excerpt, because reading the whole file takes seconds.
            string data = name == "tiny" ? whole : excerpt.Path;
            CliResult result = Cli.Run("evaluate", name, data, "--json", "--quiet");

            Assert.Equal(0, result.Code);
            JsonElement report = JsonDocument.Parse(result.Out).RootElement;
            using ExpressionClassifier classifier = ExpressionClassifier.Load(name);

            // Rounding differs between processors, which may change the prediction of one or two images.
            Assert.Equal(
                (classifier.Contract.Heads?[0].Metrics ?? classifier.Contract.Metrics)["publicTest.accuracy"],
                report.GetProperty("accuracy").GetDouble(),
                2.0 / 3589
            );
            Assert.Equal(3589, report.GetProperty("count").GetInt32());
            Assert.Equal(280, report.GetProperty("duplicates").GetInt32());
        }
    }

    /// <summary>
    /// The sample faces are smooth averages; these are photos of people. For <c>tiny</c> the difference is small
    /// (docs/explanation.md), so the test needs many images.
    /// </summary>
    [Theory]
    [InlineData("default", 60)]
    [InlineData("tiny", 299)]
    public void On_PublicTest_pixels_marked_by_a_class_activation_map_matter_more_than_others(string model, int count)
    {
        FaceDataset data = excerpt.PublicTest;
        GrayImage[] faces =
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new GrayImage(48, 48, data.Image(i * (data.Count / count)).ToArray())),
        ];
        using ExpressionClassifier classifier = ExpressionClassifier.Load(model, new ClassifierOptions { Threads = 1 });
        Deletion found = Deletion.Measure(classifier, faces, ExplanationMethod.ClassActivationMap);
        TestContext.Current.TestOutputHelper?.WriteLine(found.Text);
        Assert.True(found.Marked < found.Scattered && found.Marked < found.Elsewhere, found.Text);
    }
}
