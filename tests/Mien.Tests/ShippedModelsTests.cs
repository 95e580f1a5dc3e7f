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
                return Figures(classifier.Contract)["publicTest.accuracy"];
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
        Assert.Equal(3589, Figures(contract)["publicTest.count"]);
        Assert.Contains(
            (100 * Figures(contract)["publicTest.accuracy"]).ToString("F2", CultureInfo.InvariantCulture) + " %",
            card,
            StringComparison.Ordinal
        );
        Assert.Equal(contract.Recipe, File.ReadAllText(Path.Combine(folder, "recipe.json")).TrimEnd());
        Assert.True(File.Exists(Path.Combine(Root, "recipes", name + ".json")), $"recipes/{name}.json is missing");
        Assert.True(
            File.Exists(Path.Combine(folder, "curves.png")) && File.Exists(Path.Combine(folder, "history.csv"))
        );
    }

    /// <summary>The figures on the labels of FER2013, which are those of the first head.</summary>
    private static IReadOnlyDictionary<string, double> Figures(ModelContract contract) =>
        contract.Heads?[0].Metrics ?? contract.Metrics;

    [Fact]
    public void The_sample_faces_are_one_large_gray_picture_per_expression()
    {
        string[] files = Directory.GetFiles(Path.Combine(Root, "samples", "faces"));
        Assert.Equal(
            Expressions.Names.Order(StringComparer.Ordinal).Select(n => n + ".png"),
            files.Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
        );
        Check.All(
            files,
            file =>
            {
                GrayImage face = GrayImage.Decode(file);
                Assert.Equal((256, 256), (face.Width, face.Height));
                Assert.InRange(new FileInfo(file).Length, 1, 50_000); // a clone carries every version
            }
        );
    }

    [Fact]
    public void Every_sample_face_is_found_and_classified_correctly_at_the_defaults()
    {
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create();
        int uncertain = 0;
        Check.All(
            SampleFaces.All,
            sample =>
            {
                RecognitionResult result = recognizer.Recognize(sample.File);
                Assert.False(result.IsFaceCrop);
                RecognizedFace face = Assert.Single(result.Faces);
                Assert.Equal(sample.Expression.Name(), face.Label);
                uncertain += face.IsUncertain ? 1 : 0;
            }
        );

        // Fear: the labels of FER2013 and of FER+ differ most on weak expressions.
        Assert.InRange(uncertain, 0, 1);
    }

    [Fact]
    public void All_seven_faces_of_the_sample_photo_are_found_and_classified_correctly_at_the_defaults()
    {
        using FaceExpressionRecognizer recognizer = FaceExpressionRecognizer.Create();
        string photo = Path.Combine(Root, "samples", "photo.jpg");

        RecognitionResult result = recognizer.Recognize(photo);

        // In reading order they hang in the order of the expressions.
        Assert.Equal(Expressions.Names, result.Faces.Select(f => f.Label));
        Assert.InRange(result.Faces.Count(f => f.IsUncertain), 0, 1);
        Assert.Equal((1280, 720), (result.Width, result.Height));
        Assert.InRange(new FileInfo(photo).Length, 1, 300_000);
    }
}
