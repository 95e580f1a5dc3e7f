using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Mien.Adaptation.Tests;

public sealed class AdaptedModelFileTests
{
    private const int Count = 5;

    public static TheoryData<string, string> Heads
    {
        get
        {
            var heads = new TheoryData<string, string>();
            foreach (string model in BuiltInModels.Names)
            {
                foreach (string head in (string[])["blend", "fer2013", "ferplus"])
                {
                    heads.Add(model, head);
                }
            }

            return heads;
        }
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void The_base_layer_gives_the_log_probabilities_of_a_head_up_to_a_constant(string model, string head)
    {
        byte[] file = Faces.File(model);
        using ExpressionClassifier classifier = Faces.Load(file);
        ModelContract contract = classifier.Contract;
        var layer = BaseLayer.Of(file, contract, head, model);
        byte[] pixels = Faces.Pixels(contract, Count);
        float[] features = Features(classifier, pixels);
        float[] probabilities = new float[Count * 7];
        classifier.Classify(pixels, Count, probabilities, head);

        for (int i = 0; i < Count; i++)
        {
            double[] linear = Linear(layer.Weights, layer.Bias, Row(features, i, layer.FeatureCount));
            double[] expected = Centred([.. Row(probabilities, i, 7).Select(p => Math.Log(p))]);
            Assert.Equal(0, linear.Sum(), 1e-4);
            AssertNear(expected, linear, 2e-3);
        }
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void The_adapted_file_gives_scale_times_base_plus_layer(string model, string head)
    {
        byte[] file = Faces.File(model);
        using ExpressionClassifier classifier = Faces.Load(file);
        ModelContract contract = classifier.Contract;
        var before = BaseLayer.Of(file, contract, head, model);
        int width = before.FeatureCount;
        // Two of the old labels in another order, and two new ones between them.
        string[] labels = ["wink", "neutral", "contempt", "anger"];
        int[] columns = [-1, 6, -1, 0];
        var layer = new AdaptedLayer(Faces.Normal(4 * width, 1, 0.05), Faces.Normal(4, 2, 1), 0.8);
        AdaptationGuard guard = Guard(width, threshold: 2.5f);
        byte[] adapted = Adapt(file, contract, head, labels, columns, layer, guard);

        using ExpressionClassifier after = Faces.Load(adapted);
        Assert.Equal(labels, after.Contract.Labels);
        Assert.Equal(
            (3, 1.5f, 0.4f),
            (after.Contract.Version, after.Contract.Temperature, after.Contract.UncertainBelow)
        );
        Assert.Equal(new ModelGuard { Name = "distance", Threshold = 2.5f }, after.Contract.Guard);
        Assert.Null(after.Contract.Heads);
        byte[] pixels = Faces.Pixels(contract, Count);
        float[] features = Features(after, pixels);
        Assert.Equal(Features(classifier, pixels), features);
        float[] logits = new float[Count * 4];
        float[] distances = new float[Count];
        after.ComputeOutputs(pixels, Count, logits, distances);
        float[] probabilities = new float[Count * 7];
        classifier.Classify(pixels, Count, probabilities, head);
        for (int i = 0; i < Count; i++)
        {
            float[] row = Row(features, i, width);
            double[] old = Centred([.. Row(probabilities, i, 7).Select(p => Math.Log(p))]);
            double[] added = Linear(layer.Weights, layer.Bias, row);
            double[] expected = [.. added.Select((a, c) => a + (columns[c] < 0 ? 0 : 0.8 * old[columns[c]]))];
            // Without centring: a label that the model does not have gets exactly what was fitted.
            AssertNear(expected, [.. Row(logits, i, 4).Select(z => (double)z)], 2e-3);
            float distance = guard.Distance(row);
            Assert.Equal(distance, distances[i], 1e-3 * Math.Max(1, distance));
        }
    }

    [Fact]
    public void Class_activation_maps_follow_the_new_layer()
    {
        byte[] file = Faces.File("tiny");
        using ExpressionClassifier classifier = Faces.Load(file);
        int width = classifier.FeatureCount;
        var layer = new AdaptedLayer(Faces.Normal(3 * width, 3, 0.1), Faces.Normal(3, 4, 1), 1);
        byte[] adapted = Adapt(file, classifier.Contract, null, ["anger", "wink", "fear"], [0, -1, 2], layer, null);

        using ExpressionClassifier after = Faces.Load(adapted);
        Assert.Null(after.Contract.Guard);
        Assert.Equal(2, after.Contract.Version);
        (int w, int h) = (after.Contract.Width, after.Contract.Height);
        using InferenceSession session = OnnxModel.Open(adapted);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [
                NamedOnnxValue.CreateFromTensor(
                    "image",
                    new DenseTensor<float>(
                        (float[])[.. Faces.Pixels(after.Contract, 1).Select(p => p / 255f)],
                        [1, 1, h, w]
                    )
                ),
            ],
            ["logits", "maps"]
        );
        float[] logits = [.. results[0].AsTensor<float>()];
        Tensor<float> maps = results[1].AsTensor<float>();
        Assert.Equal(3, maps.Dimensions[1]);
        (float[] _, float[] bias) = BaseLayer.Of(file, classifier.Contract, null, "tiny").Fold(layer, [0, -1, 2]);
        float[][] perClass = [.. maps.Chunk(maps.Dimensions[2] * maps.Dimensions[3])];
        AssertNear(
            [.. perClass.Select((map, c) => map.Average(v => (double)v) + bias[c])],
            [.. logits.Select(z => (double)z)],
            1e-3
        );
        Assert.Equal(
            ExplanationMethod.ClassActivationMap,
            after.Explain(new GrayImage(w, h, Faces.Pixels(after.Contract, 1)), "wink").Method
        );
    }

    [Fact]
    public void An_adapted_model_can_be_adapted_again()
    {
        byte[] file = Faces.File("tiny");
        using ExpressionClassifier classifier = Faces.Load(file);
        int width = classifier.FeatureCount;
        var first = new AdaptedLayer(Faces.Normal(7 * width, 3, 0.1), Faces.Normal(7, 4, 1), 1);
        string[] labels = [.. classifier.Contract.Labels];
        byte[] once = Adapt(
            file,
            classifier.Contract,
            null,
            labels,
            [.. Enumerable.Range(0, 7)],
            first,
            Guard(width, 1)
        );
        using ExpressionClassifier adapted = Faces.Load(once);
        var second = new AdaptedLayer(new float[8 * width], new float[8], 1.5);
        byte[] twice = Adapt(
            once,
            adapted.Contract,
            null,
            [.. labels, "wink"],
            [.. Enumerable.Range(0, 7), -1],
            second,
            Guard(width, 7)
        );

        using ExpressionClassifier again = Faces.Load(twice);
        Assert.Equal(7, again.Contract.Guard!.Threshold);
        Assert.Equal("tiny-adapted", again.Contract.Adaptation!.BaseModel);
        byte[] pixels = Faces.Pixels(again.Contract, 1);
        float[] one = new float[7],
            two = new float[8];
        adapted.ComputeLogits(pixels, 1, one);
        again.ComputeLogits(pixels, 1, two);
        // 1.5 times the old logits, centred and divided by their temperature; the new label has 0.
        AssertNear(
            [.. Centred([.. one.Select(z => (double)z)]).Select(z => z * 1.5 / 1.5), 0],
            [.. two.Select(z => (double)z)],
            1e-3
        );

        // Without a guard, the earlier one goes.
        byte[] third = Adapt(once, adapted.Contract, null, labels, [.. Enumerable.Range(0, 7)], first, null);
        using ExpressionClassifier without = Faces.Load(third);
        Assert.Null(without.Contract.Guard);
    }

    [Fact]
    public void The_new_layer_is_stored_in_full_precision_and_the_rest_as_it_was()
    {
        byte[] file = Faces.File("tiny");
        using ExpressionClassifier classifier = Faces.Load(file);
        int width = classifier.FeatureCount;
        var layer = new AdaptedLayer(Faces.Normal(7 * width, 3, 0.1), Faces.Normal(7, 4, 1), 0);
        byte[] adapted = Adapt(
            file,
            classifier.Contract,
            null,
            [.. classifier.Contract.Labels],
            [.. Enumerable.Range(0, 7)],
            layer,
            null
        );

        Assert.Equal(layer.Weights, Networks.OnnxLastLayer.Find(adapted, "logits", "m").Weights);
        Assert.InRange(adapted.Length, file.Length - 10_000, file.Length + 10_000);
    }

    [Fact]
    public void The_contract_keeps_what_was_measured_and_leaves_out_the_figures_of_the_base_model()
    {
        byte[] file = Faces.File("tiny");
        using ExpressionClassifier classifier = Faces.Load(file);
        int width = classifier.FeatureCount;
        var layer = new AdaptedLayer(new float[2 * width], new float[2], 1);
        byte[] adapted = Adapt(file, classifier.Contract, "ferplus", ["anger", "wink"], [0, -1], layer, null);

        using ExpressionClassifier after = Faces.Load(adapted);
        ModelAdaptation adaptation = after.Contract.Adaptation!;
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)),
            adaptation.BaseSha256
        );
        Assert.Equal(("tiny", "ferplus", 1), (adaptation.BaseModel, adaptation.BaseHead, adaptation.Seed));
        Assert.Equal(new Dictionary<string, int> { ["anger"] = 10, ["wink"] = 11 }, adaptation.Labels);
        Assert.Equal(new MeasuredShare(0.1, 0.02, 0.18), adaptation.Measured!.Gain);
        Assert.True(adaptation.Measured.AreGroupsKnown);
        Assert.Equal(["macs", "parameters"], after.Contract.Metrics.Keys);
        Assert.Equal(
            classifier.Contract.Metrics["parameters"] - (12 * (width + 1)),
            after.Contract.Metrics["parameters"]
        );
        Assert.EndsWith("; adapted to 21 labelled faces", after.Contract.TrainingData, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_last_dense_layer_or_with_probabilities_is_an_error()
    {
        byte[] relu = new OnnxBuilder()
            .Input("image", -1, 1, 2, 3)
            .Node("Flatten", ["image"], "flat")
            .Node("Relu", ["flat"], "logits")
            .Output("logits", -1, 6)
            .Build();
        ModelContract contract = TinyModels.Contract;
        Refused(relu, contract, "expected a dense layer as the last one");
        Refused(
            TinyModels.Linear(contract),
            contract with
            {
                Output = ModelOutput.Probabilities,
            },
            "the model outputs probabilities, expected logits"
        );

        static void Refused(byte[] file, ModelContract contract, string expected)
        {
            var error = Assert.Throws<MienException>(() => BaseLayer.Of(file, contract, null, "m.onnx"));
            Assert.Equal("notAdaptable", error.Code);
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Adapt(
        byte[] file,
        ModelContract contract,
        string? head,
        string[] labels,
        int[] columns,
        object layer,
        object? guard
    )
    {
        var before = BaseLayer.Of(file, contract, head, "base");
        (float[] weights, float[] bias) = before.Fold((AdaptedLayer)layer, columns);
        ModelContract adapted = AdaptedModelFile.ContractOf(
            contract,
            contract.Name + "-adapted",
            labels,
            1.5f,
            0.4f,
            Faces.Adaptation(file, contract, head, labels),
            before.FeatureCount
        );
        return AdaptedModelFile.Write(file, "base", weights, bias, (AdaptationGuard?)guard, adapted);
    }

    private static AdaptationGuard Guard(int width, float threshold) =>
        new()
        {
            Centres = Faces.Normal(3 * width, 6, 1),
            Mean = Faces.Normal(width, 7, 0.5),
            InverseDeviation = [.. Faces.Normal(width, 8, 1).Select(v => 0.5f + Math.Abs(v))],
            Threshold = threshold,
            Count = 10,
            FalseAlarms = 0.05,
        };

    private static float[] Features(ExpressionClassifier classifier, byte[] pixels)
    {
        float[] features = new float[Count * classifier.FeatureCount];
        float[] outputs = new float[Count * classifier.Contract.OutputCount];
        classifier.ComputeFeatures(pixels, Count, features, outputs);
        float[] expected = new float[outputs.Length];
        classifier.ComputeOutputs(pixels, Count, expected);
        Assert.Equal(expected, outputs);
        return features;
    }

    private static T[] Row<T>(T[] values, int row, int width) => values[(row * width)..((row + 1) * width)];

    private static double[] Linear(float[] weights, float[] bias, float[] features) =>
        [.. bias.Select((b, c) => b + features.Select((x, f) => (double)x * weights[(c * features.Length) + f]).Sum())];

    private static double[] Centred(double[] row) => [.. row.Select(v => v - row.Average())];

    private static void AssertNear(double[] expected, double[] found, double tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], tolerance * Math.Max(1, Math.Abs(expected[i])));
        }
    }
}
