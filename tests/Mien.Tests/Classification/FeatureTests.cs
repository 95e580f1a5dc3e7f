namespace Mien.Tests;

/// <summary>The features and the distance to the training faces, beside the outputs of the same run.</summary>
public sealed class FeatureTests
{
    [Fact]
    public void Features_and_outputs_come_from_one_run_per_batch()
    {
        using ExpressionClassifier classifier = Load(GuardedModel.Contract);
        byte[] pixels = Pixels(70);
        float[] features = new float[140],
            outputs = new float[140],
            expected = new float[140];
        classifier.ComputeOutputs(pixels, 70, expected);
        long before = classifier.Runs;

        classifier.ComputeFeatures(pixels, 70, features, outputs);

        Assert.Equal(before + 2, classifier.Runs);
        Assert.Equal(2, classifier.FeatureCount);
        Assert.Equal(expected, outputs);
        for (int i = 0; i < 70; i++)
        {
            Assert.Equal(i / 255f, features[2 * i], 1e-5);
            Assert.Equal(i * 2 / 255f, features[(2 * i) + 1], 1e-5);
        }
    }

    [Fact]
    public void Distances_come_with_the_probabilities()
    {
        using ExpressionClassifier classifier = Load(GuardedModel.Contract);
        byte[] pixels = Pixels(70);
        float[] alone = new float[140],
            together = new float[140],
            distances = new float[70];
        classifier.Classify(pixels, 70, alone);
        long before = classifier.Runs;

        classifier.Classify(pixels, 70, together, classifier.Head(null), distances);

        Assert.Equal(before + 2, classifier.Runs);
        Assert.Equal(alone, together);
        Check.All(distances.Select((d, i) => (d, i)), p => Assert.Equal(p.i / 255f, p.d, 1e-5));
    }

    [Fact]
    public void A_model_without_features_says_what_to_do()
    {
        using ExpressionClassifier classifier = Load(GuardedModel.Contract with { FeaturesName = null });
        Assert.Equal(0, classifier.FeatureCount);
        var error = Assert.Throws<MienException>(() => classifier.ComputeFeatures([], 0, [], []));
        Assert.Equal(("noFeatures", ErrorKind.BadUsage), (error.Code, error.Kind));
        Assert.Contains(
            "m.onnx: the model 'guarded' has no output with features",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("mien-lab add-features m.onnx -o FILE", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_built_in_models_have_features()
    {
        foreach (string name in BuiltInModels.Names)
        {
            using ExpressionClassifier classifier = ExpressionClassifier.Load(name);
            Assert.Equal("features", classifier.Contract.FeaturesName);
            Assert.InRange(classifier.FeatureCount, 64, 1024);
        }
    }

    [Theory]
    [InlineData("", "distance", "its output with the features has no name")]
    [InlineData("other", "distance", "the contract declares the features 'other', the graph has the outputs")]
    [InlineData("image", "distance", "the contract declares the features 'image'")]
    [InlineData("features", "other", "the contract declares the distance to the training faces 'other'")]
    [InlineData("features", "features", "must be float [N, 1], the graph has float [N, 2]")]
    [InlineData("features", "", "its guard is '' with the threshold 0.75")]
    public void Outputs_that_the_graph_lacks_are_an_error(string features, string guard, string expected)
    {
        ModelContract contract = GuardedModel.Contract with
        {
            FeaturesName = features,
            Guard = new ModelGuard { Name = guard, Threshold = 0.75f },
        };
        Assert.Contains(expected, Assert.Throws<MienException>(() => Load(contract)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    public void A_threshold_that_is_no_distance_is_an_error(float threshold)
    {
        string json = GuardedModel
            .Contract.ToJson()
            .Replace("0.75}", float.IsNaN(threshold) ? "1e99}" : "-1}", StringComparison.Ordinal);
        Assert.Throws<MienException>(() => ModelContract.FromJson(json, "m"));
    }

    [Fact]
    public void A_guard_needs_version_3_and_features_alone_do_not()
    {
        Assert.Equal(3, GuardedModel.Contract.Version);
        Assert.Equal(1, (GuardedModel.Contract with { Guard = null }).Version);
        var error = Assert.Throws<MienException>(() =>
            ModelContract.FromJson((GuardedModel.Contract with { Version = 2 }).ToJson(), "m")
        );
        Assert.Contains("its version is 2, and a guard needs version 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_adaptation_is_read_as_it_was_written()
    {
        var read = ModelContract.FromJson(GuardedModel.Contract.ToJson(), "m");
        Assert.Equal(GuardedModel.Contract.ToJson(), read.ToJson());
        Assert.Equal(GuardedModel.Contract.Adaptation!.Measured, read.Adaptation!.Measured);
        Assert.Equal(30, read.Adaptation.Labels["bright"]);
        Assert.True(read.Adaptation.Measured!.AreGroupsKnown);
    }

    [Theory]
    [InlineData("\"baseSha256\":\"0", "\"baseSha256\":\"x", "is not 64 lowercase hexadecimal digits")]
    [InlineData("\"dark\":12", "\"dark\":-1", "counts of 0 or more")]
    [InlineData("\"dark\":12", "\"dark\":\"12\"", "in 'adaptation' 'labels' is a string, expected integers")]
    [InlineData("\"value\":0.6", "\"value\":1.6", "is not made of fractions on at least one face")]
    [InlineData("\"areGroupsKnown\":true", "\"areGroupsKnown\":1", "expected true or false")]
    [InlineData("\"rule\":", "\"rules\":", "in 'adaptation' 'rule' is missing")]
    public void Wrong_values_of_an_adaptation_are_an_error(string from, string to, string expected)
    {
        string json = GuardedModel.Contract.ToJson();
        Assert.Contains(from, json, StringComparison.Ordinal);
        var error = Assert.Throws<MienException>(() =>
            ModelContract.FromJson(json.Replace(from, to, StringComparison.Ordinal), "m")
        );
        Assert.Equal("badContract", error.Code);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Image i is all of the gray value i.</summary>
    private static byte[] Pixels(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat((byte)i, 48 * 48))];

    private static ExpressionClassifier Load(ModelContract contract) =>
        ExpressionClassifier.Load(new MemoryStream(GuardedModel.Build(contract)), name: "m.onnx");
}
