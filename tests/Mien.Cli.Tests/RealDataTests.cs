using System.Text.Json;
using Mien.Data.Tests;

namespace Mien.Cli.Tests;

/// <summary>A published number comes from <c>mien evaluate</c> on the file that ships.</summary>
public sealed class RealDataTests
{
    [Fact]
    public void Evaluating_a_shipped_model_gives_the_accuracy_in_its_contract()
    {
        string data = Path.Combine(Fer2013Files.Folder(), "fer2013.csv.gz");
        Assert.NotEmpty(BuiltInModels.Names);
        foreach (string name in BuiltInModels.Names)
        {
            CliResult result = Cli.Run("evaluate", name, data, "--json", "--quiet");

            Assert.Equal(0, result.Code);
            JsonElement report = JsonDocument.Parse(result.Out).RootElement;
            using ExpressionClassifier classifier = ExpressionClassifier.Load(name);

            // Another processor rounds otherwise, which may turn an image or two.
            Assert.Equal(classifier.Contract.Metrics["publicTest.accuracy"], report.GetProperty("accuracy").GetDouble(), 2.0 / 3589);
            Assert.Equal(3589, report.GetProperty("count").GetInt32());
            Assert.Equal(280, report.GetProperty("duplicates").GetInt32());
        }
    }
}
