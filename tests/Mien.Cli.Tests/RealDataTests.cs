using System.Text.Json;
using Mien.Data;

namespace Mien.Cli.Tests;

/// <summary>A published number comes from <c>mien evaluate</c> on the file that ships.</summary>
public sealed class RealDataTests(Fer2013Excerpt excerpt) : IClassFixture<Fer2013Excerpt>
{
    [Fact]
    public void Evaluating_a_shipped_model_gives_the_accuracy_in_its_contract()
    {
        string whole = Path.Combine(Fer2013Files.Folder(), "fer2013.csv.gz");
        Assert.Contains("tiny", BuiltInModels.Names);
        foreach (string name in BuiltInModels.Names)
        {
            // What matters of the data is read once; the whole file stands for itself once too.
            string data = name == "tiny" ? whole : excerpt.Path;
            CliResult result = Cli.Run("evaluate", name, data, "--json", "--quiet");

            Assert.Equal(0, result.Code);
            JsonElement report = JsonDocument.Parse(result.Out).RootElement;
            using ExpressionClassifier classifier = ExpressionClassifier.Load(name);

            // Another processor rounds otherwise, which may turn an image or two.
            Assert.Equal(
                classifier.Contract.Metrics["publicTest.accuracy"],
                report.GetProperty("accuracy").GetDouble(),
                2.0 / 3589
            );
            Assert.Equal(3589, report.GetProperty("count").GetInt32());
            Assert.Equal(280, report.GetProperty("duplicates").GetInt32());
        }
    }

    /// <summary>
    /// The sample faces are smooth means; these are photos of people. For <c>tiny</c> the lead is small
    /// (docs/explanation.md), so it takes many.
    /// </summary>
    [Theory]
    [InlineData("default", 60)]
    [InlineData("tiny", 299)]
    public void What_a_class_activation_map_marks_matters_more_than_as_many_pixels_anywhere_on_faces_of_PublicTest(
        string model,
        int count
    )
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
