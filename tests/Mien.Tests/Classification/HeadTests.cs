namespace Mien.Tests;

/// <summary>Predictions of the heads of a model and of their blend, against plain formulas.</summary>
public sealed class HeadTests
{
    private static readonly string[] Names = ["blend", "fer2013", "ferplus"];

    public static TheoryData<string> Heads => [.. Names];

    [Theory]
    [MemberData(nameof(Heads))]
    public void Each_head_and_the_blend_match_a_plain_formula(string head)
    {
        using ExpressionClassifier classifier = Load(HeadModels.Contract);
        byte[] pixels = Pixels(70);
        float[] logits = new float[70 * 7],
            probabilities = new float[70 * 7];

        classifier.ComputeLogits(pixels, 70, logits, head);
        classifier.Classify(pixels, 70, probabilities, head);

        float temperature = HeadModels.Contract.SelectHead(head).Temperature;
        for (int i = 0; i < 70; i++)
        {
            double[] expected = HeadModels.Logits(pixels.AsSpan(i * 6, 6), head);
            AssertNear(expected, logits.AsSpan(i * 7, 7));
            AssertNear(TinyModels.Softmaxed(expected, temperature), probabilities.AsSpan(i * 7, 7));
        }

        Softmax.InPlace(logits.AsSpan(0, 7), temperature);
        Assert.Equal(logits.AsSpan(0, 7), probabilities.AsSpan(0, 7));
    }

    [Fact]
    public void The_blend_is_the_renormalised_geometric_mean_of_the_heads_at_temperature_1()
    {
        ModelContract contract = HeadModels.Contract with { Blend = new HeadBlend { Weights = [0.5f, 0.5f] } };
        using ExpressionClassifier classifier = Load(contract);
        var face = new GrayImage(3, 2, Pixels(1));

        LabelScores fer = classifier.Classify(face, "fer2013").LabelScores,
            plus = classifier.Classify(face, "ferplus").LabelScores;

        double[] means = [.. fer.Values.Zip(plus.Values, (f, p) => Math.Sqrt((double)f * p))];
        AssertNear([.. means.Select(m => m / means.Sum())], [.. classifier.Classify(face).LabelScores.Values]);
    }

    [Fact]
    public void The_blend_of_extreme_logits_is_finite()
    {
        ModelContract contract = HeadModels.Contract with { Scale = 1e6f };
        using ExpressionClassifier classifier = Load(contract);
        float[] logits = new float[7],
            probabilities = new float[7];

        classifier.ComputeLogits(Pixels(1), 1, logits);
        classifier.Classify(Pixels(1), 1, probabilities);

        Check.All(logits, v => Assert.True(float.IsFinite(v)));
        Assert.Equal(1, probabilities.Sum(), 1e-5);
    }

    [Fact]
    public void The_default_is_the_blend_or_else_the_first_head_of_the_contract()
    {
        var face = new GrayImage(3, 2, Pixels(1));
        using ExpressionClassifier blended = Load(HeadModels.Contract);
        using ExpressionClassifier plain = Load(HeadModels.Contract with { Blend = null });

        Assert.Equal(blended.Classify(face, "blend").LabelScores.Values, blended.Classify(face).LabelScores.Values);
        Assert.Equal(plain.Classify(face, "fer2013").LabelScores.Values, plain.Classify(face).LabelScores.Values);
        Assert.Equal(Names, blended.Contract.HeadNames);
        Assert.Equal(Names[1..], plain.Contract.HeadNames);
        Assert.Equal("blend", blended.Contract.SelectHead().Name);
        Assert.Equal("fer2013", plain.Contract.SelectHead().Name);
    }

    [Fact]
    public void What_belongs_to_a_head_is_its_own()
    {
        HeadSelection blend = HeadModels.Contract.SelectHead("blend"),
            plus = HeadModels.Contract.SelectHead("ferplus");
        Assert.Equal(("blend", 0.5f, 0.5f), (blend.Name, blend.Temperature, blend.UncertainBelow));
        Assert.Equal(("ferplus", 0.75f, 0.6f, "votes"), Described(plus));
        Assert.Equal(0.8, plus.Metrics["publicTest.accuracy"]);
        Assert.Equal(0.75, blend.Metrics["publicTest.fer2013.accuracy"]);

        ModelContract one = TinyModels.Contract with { Temperature = 2, TrainingData = "some" };
        Assert.Equal((null, 2f, 0.5f, "some"), Described(one.SelectHead()));
        Assert.Empty(one.HeadNames);

        static (string?, float, float, string?) Described(HeadSelection head) =>
            (head.Name, head.Temperature, head.UncertainBelow, head.TrainingData);
    }

    [Theory]
    [InlineData("ferPlus", "The model 'two' has no head 'ferPlus': it has blend, fer2013, ferplus. Use one of these")]
    [InlineData("", "The model 'two' has no head '': it has blend, fer2013, ferplus.")]
    public void An_unknown_head_is_an_error_that_lists_the_heads(string head, string expected)
    {
        using ExpressionClassifier classifier = Load(HeadModels.Contract);
        AssertNoSuchHead(classifier, head, expected);
    }

    [Fact]
    public void A_blend_that_a_model_does_not_have_cannot_be_selected()
    {
        using ExpressionClassifier classifier = Load(HeadModels.Contract with { Blend = null });
        AssertNoSuchHead(classifier, "blend", "has no head 'blend': it has fer2013, ferplus.");
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public void A_model_with_one_head_has_no_names_to_select(string head)
    {
        using ExpressionClassifier classifier = ExpressionClassifier.Load(
            new MemoryStream(TinyModels.Linear(TinyModels.Contract))
        );
        AssertNoSuchHead(
            classifier,
            head,
            $"The model 'tiny' has no head '{head}': it has one head, which has no name. Leave the head out"
        );
    }

    [Fact]
    public void All_heads_are_computed_in_one_run()
    {
        using ExpressionClassifier classifier = Load(HeadModels.Contract);
        byte[] pixels = Pixels(5);
        float[] outputs = new float[5 * 14];
        long before = classifier.Runs;

        classifier.ComputeOutputs(pixels, 5, outputs);

        Assert.Equal(before + 1, classifier.Runs);
        Assert.Equal(Names, classifier.Heads.Select(h => h.Head.Name));
        foreach (HeadReader head in classifier.Heads)
        {
            float[] taken = new float[5 * 7],
                expected = new float[5 * 7];
            head.Read(outputs, taken);
            classifier.ComputeLogits(pixels, 5, expected, head.Head.Name);
            Assert.Equal(expected, taken);
        }
    }

    [Fact]
    public void The_blend_does_not_allocate_image_sized_memory()
    {
        using ExpressionClassifier classifier = Load(HeadModels.Contract);
        byte[] pixels = Pixels(64);
        float[] probabilities = new float[64 * 7];
        classifier.Classify(pixels, 64, probabilities);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            classifier.Classify(pixels, 64, probabilities);
        }

        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
        Assert.True(each < 64 * 6, $"{each} bytes per call");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(15)]
    public void A_graph_with_another_number_of_outputs_than_the_heads_need_is_an_error(int columns)
    {
        MienException error = Assert.Throws<MienException>(() =>
            ExpressionClassifier.Load(new MemoryStream(HeadModels.Linear(HeadModels.Contract, columns)))
        );

        Assert.Equal("contractMismatch", error.Code);
        Assert.Contains(
            $"for 7 labels and 2 heads the output must be float [N, 14], the graph has float [N, {columns}]",
            error.Message,
            StringComparison.Ordinal
        );
    }

    private static void AssertNoSuchHead(ExpressionClassifier classifier, string head, string expected)
    {
        var face = new GrayImage(3, 2, Pixels(1));
        Action[] calls =
        [
            () => classifier.Classify(face, head),
            () => classifier.Classify([face], head),
            () => classifier.Classify(face.Pixels, 1, new float[7], head),
            () => classifier.ComputeLogits(face.Pixels, 1, new float[7], head),
            () => classifier.Explain(face, head: head),
            () => classifier.Contract.SelectHead(head),
        ];
        Check.All(
            calls,
            call =>
            {
                MienException error = Assert.Throws<MienException>(call);
                Assert.Equal(("noSuchHead", ErrorKind.BadUsage), (error.Code, error.Kind));
                Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            }
        );
    }

    private static ExpressionClassifier Load(ModelContract contract) =>
        ExpressionClassifier.Load(new MemoryStream(HeadModels.Linear(contract)), new ClassifierOptions { Threads = 1 });

    private static byte[] Pixels(int count) => ImageFiles.Pattern(6, count, seed: 5).Pixels;

    private static void AssertNear(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5);
        }
    }
}
