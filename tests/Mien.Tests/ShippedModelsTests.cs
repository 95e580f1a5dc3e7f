using System.Globalization;

namespace Mien.Tests;

/// <summary>The files in models/ and samples/ are consistent.</summary>
public sealed class ShippedModelsTests
{
    private static string Root => Repository.Root;

    public static TheoryData<string> Names =>
        [.. Directory.GetDirectories(Path.Combine(Root, "models")).Select(d => Path.GetFileName(d)!)];

    [Fact]
    public void The_built_in_models_are_the_folders_of_models() =>
        Assert.Equal(Names.Select(n => n.Data).Order(StringComparer.Ordinal), BuiltInModels.Names);

    [Fact]
    public void The_preference_order_is_the_order_of_accuracy()
    {
        Assert.Equal(BuiltInModels.Preferred[0], BuiltInModels.Default);
        Assert.Equal(
            BuiltInModels.Names.OrderByDescending(name =>
            {
                using ExpressionClassifier classifier = ExpressionClassifier.Load(name);
                return classifier.Contract.Metrics["publicTest.accuracy"];
            }),
            BuiltInModels.Preferred
        );
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_shipped_model_has_a_contract_and_its_card_states_its_accuracy(string name)
    {
        string folder = Path.Combine(Root, "models", name);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(name);
        ModelContract contract = classifier.Contract;
        string card = File.ReadAllText(Path.Combine(folder, "README.md"));

        Assert.Equal(name, contract.Name);
        Assert.NotNull(contract.TrainingData);
        Assert.Equal(3589, contract.Metrics["publicTest.count"]);
        Assert.Contains(
            (100 * contract.Metrics["publicTest.accuracy"]).ToString("F2", CultureInfo.InvariantCulture) + " %",
            card,
            StringComparison.Ordinal
        );
        Assert.Equal(contract.Recipe, File.ReadAllText(Path.Combine(folder, "recipe.json")).TrimEnd());
        Assert.True(File.Exists(Path.Combine(Root, "recipes", name + ".json")), $"recipes/{name}.json is missing");
        Assert.True(
            File.Exists(Path.Combine(folder, "curves.png")) && File.Exists(Path.Combine(folder, "history.csv"))
        );
    }

    [Fact]
    public void There_is_one_small_sample_face_per_expression()
    {
        string folder = Path.Combine(Root, "samples", "faces");
        Assert.Equal(
            Expressions.Names.Order(StringComparer.Ordinal).Select(n => n + ".png"),
            Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
        );
        using ExpressionClassifier classifier = ExpressionClassifier.Load("shallow"); // which they were made with
        int right = 0;
        foreach (string name in Expressions.Names)
        {
            GrayImage face = GrayImage.Decode(Path.Combine(folder, name + ".png"));
            Assert.True(face is { Width: <= 64, Height: <= 64 }, name);
            right += classifier.Classify(face).Label == name ? 1 : 0;
        }

        Assert.InRange(right, 6, 7);
    }
}
