namespace Mien.Tests;

/// <summary>Explanations of a model with two heads, against plain formulas.</summary>
public sealed class HeadExplainTests
{
    private const int Side = 8;
    private const int Cells = Side * Side;

    /// <summary>The weights of the 14 outputs on three features, which are powers of a pixel's brightness.</summary>
    private static readonly float[] Dense = [.. Enumerable.Range(0, 42).Select(i => ((i * 29 % 13) - 6) / 2f)];

    private static readonly ModelContract Contract = HeadModels.Contract with
    {
        Width = Side,
        Height = Side,
        Maps = new ClassMapOutput
        {
            Name = "maps",
            Top = 0,
            Left = 0,
            Step = 1,
        },
    };

    public static TheoryData<string, int> Cases =>
        new MatrixTheoryData<string, int>(["blend", "fer2013", "ferplus"], [0, 3, 6]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_class_activation_map_is_that_of_the_head_or_the_weighted_sum(string head, int label)
    {
        using ExpressionClassifier classifier = Load(Contract);
        GrayImage face = ImageFiles.Pattern(Side, Side, seed: 4);

        FaceExplanation found = classifier.Explain(face, Contract.Labels[label], head: head);

        double[] map = new double[Cells];
        for (int p = 0; p < Cells; p++)
        {
            double[] all = [.. Enumerable.Range(0, 7).Select(k => Sum(k, p))];
            map[p] = all[label] - all.Average();
        }

        double largest = map.Max(v => Math.Abs(v));
        Assert.Equal(ExplanationMethod.ClassActivationMap, found.Method);
        for (int p = 0; p < Cells; p++)
        {
            Assert.Equal(map[p] / largest, found.Values[p], 1e-4);
        }

        double Sum(int k, int p) =>
            head switch
            {
                "fer2013" => Value(7 + k, p),
                "ferplus" => Value(k, p),
                _ => (0.25 / 1.5 * Value(7 + k, p)) + (0.75 / 0.75 * Value(k, p)),
            };

        double Value(int output, int p)
        {
            double x = face.Pixels[p] / 255.0;
            return (Dense[output * 3] * x) + (Dense[(output * 3) + 1] * x * x) + (Dense[(output * 3) + 2] * x * x * x);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Occlusion_measures_the_probability_of_the_head(string head, int label)
    {
        using ExpressionClassifier classifier = Load(Contract);
        byte[] face = ImageFiles.Pattern(Side, Side, seed: 4).Pixels;

        FaceExplanation found = classifier.Explain(
            new GrayImage(Side, Side, face),
            Contract.Labels[label],
            ExplanationMethod.Occlusion,
            head
        );

        byte mean = (byte)Math.Round(face.Average(p => (double)p), MidpointRounding.AwayFromZero);
        int patch = OcclusionExplainer.Patch(Side);
        double whole = LogProbability(face);
        double[] falls = new double[Cells];
        int[] covered = new int[Cells];
        foreach (int top in OcclusionExplainer.Positions(Side))
        {
            foreach (int left in OcclusionExplainer.Positions(Side))
            {
                byte[] hidden = [.. face];
                int[] cells =
                [
                    .. Enumerable
                        .Range(0, patch * patch)
                        .Select(i => ((top + (i / patch)) * Side) + left + (i % patch)),
                ];
                Array.ForEach(cells, p => hidden[p] = mean);
                double fall = whole - LogProbability(hidden);
                Array.ForEach(cells, p => (falls[p], covered[p]) = (falls[p] + fall, covered[p] + 1));
            }
        }

        double[] map = [.. falls.Zip(covered, (fall, times) => fall / times)];
        double largest = map.Max(v => Math.Abs(v));
        for (int p = 0; p < Cells; p++)
        {
            Assert.Equal(map[p] / largest, found.Values[p], 1e-3);
        }

        double LogProbability(byte[] pixels) =>
            Math.Log(classifier.Classify(new GrayImage(Side, Side, pixels), head).LabelScores.Values[label]);
    }

    [Fact]
    public void Without_a_label_the_one_that_the_head_predicts_is_explained()
    {
        using ExpressionClassifier classifier = Load(Contract);
        GrayImage face = ImageFiles.Pattern(Side, Side, seed: 4);
        string[] labels = [.. Contract.HeadNames.Select(h => classifier.Classify(face, h).Label)];

        Assert.Equal(labels, Contract.HeadNames.Select(h => classifier.Explain(face, head: h).Label));
        Assert.Equal(labels[0], classifier.Explain(face).Label);
        Assert.NotEqual(labels[1], labels[2]);
    }

    [Fact]
    public void Maps_with_too_few_channels_for_the_heads_are_an_error()
    {
        MienException error = Assert.Throws<MienException>(() => Load(Contract, channels: 7));

        Assert.Contains(
            "the class activation maps 'maps' must be float [N, 14, rows, columns], the graph has float [N, 7, 8, 8]",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private static ExpressionClassifier Load(ModelContract contract, int channels = 14) =>
        ExpressionClassifier.Load(
            new MemoryStream(
                new OnnxBuilder()
                    .Input("image", -1, 1, Side, Side)
                    .Output("logits", -1, 14)
                    .Output("maps", -1, channels, Side, Side)
                    .Weights("dense", [14, 3], Dense)
                    .Weights("mapFilters", [channels, 3, 1, 1], Dense[..(channels * 3)])
                    .Node("Mul", ["image", "image"], "squared")
                    .Node("Mul", ["squared", "image"], "cubed")
                    .Node("Concat", ["image", "squared", "cubed"], "features", ("axis", 1L))
                    .Node("GlobalAveragePool", ["features"], "pooled")
                    .Node("Flatten", ["pooled"], "means", ("axis", 1L))
                    .Node("Gemm", ["means", "dense"], "logits", ("transB", 1L))
                    .Node("Conv", ["features", "mapFilters"], "maps", ("kernel_shape", new long[] { 1, 1 }))
                    .Metadata(ModelContract.MetadataKey, contract.ToJson())
                    .Build()
            ),
            new ClassifierOptions { Threads = 1 }
        );
}
