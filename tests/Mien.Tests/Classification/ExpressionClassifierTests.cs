namespace Mien.Tests;

public sealed class ExpressionClassifierTests
{
    [Fact]
    public void Logits_are_those_of_the_network_with_the_normalisation_of_the_contract()
    {
        ModelContract contract = TinyModels.Contract with { Scale = 2f / 255, Offset = -1 };
        using ExpressionClassifier classifier = Load(contract);
        byte[] pixels = Pixels(5);
        float[] logits = new float[5 * 7];

        classifier.ComputeLogits(pixels, 5, logits);

        for (int i = 0; i < 5; i++)
        {
            AssertNear(TinyModels.LinearScores(pixels.AsSpan(i * 6, 6), contract), logits.AsSpan(i * 7, 7));
        }
    }

    [Fact]
    public void Scores_are_in_contract_order_and_can_be_looked_up_by_label_and_expression()
    {
        ModelContract contract = TinyModels.Contract with { Labels = TinyModels.Shuffled };
        using ExpressionClassifier classifier = Load(contract);
        byte[] pixels = Pixels(1);

        ExpressionResult result = classifier.Classify(new GrayImage(3, 2, pixels));

        double[] expected = TinyModels.Softmaxed(TinyModels.LinearScores(pixels, contract), 1);
        for (int i = 0; i < 7; i++)
        {
            Assert.True(Expressions.TryParse(TinyModels.Shuffled[i], out Expression expression));
            Assert.Equal(expected[i], result.LabelScores.Values[i], 1e-5);
            Assert.Equal(result.LabelScores.Values[i], result.LabelScores[TinyModels.Shuffled[i]]);
            Assert.Equal(result.LabelScores.Values[i], result.LabelScores[expression]);
        }

        Assert.Equal(TinyModels.Shuffled, result.LabelScores.Labels);
        Assert.Equal(TinyModels.Shuffled[Array.IndexOf(expected, expected.Max())], result.Label);
        Assert.Equal(result.Label, result.Expression?.Name());
        Assert.Equal(expected.Max(), result.Confidence, 1e-5);
    }

    [Fact]
    public void Logits_are_divided_by_the_temperature_of_the_contract()
    {
        ModelContract contract = TinyModels.Contract with { Temperature = 2.5f };
        using ExpressionClassifier classifier = Load(contract);
        byte[] pixels = Pixels(1);
        float[] probabilities = new float[7];

        classifier.Classify(pixels, 1, probabilities);

        AssertNear(TinyModels.Softmaxed(TinyModels.LinearScores(pixels, contract), 2.5), probabilities);
    }

    [Fact]
    public void Probability_outputs_are_normalised_and_their_logarithms_are_the_logits()
    {
        // The output is the bias: values that sum to 0.8 and include a zero.
        float[] shares = [0.4f, 0.2f, 0, 0.1f, 0.05f, 0.05f, 0];
        byte[] model = new OnnxBuilder()
            .Input("image", -1, 1, 2, 3)
            .Output("shares", -1, 7)
            .Weights("w", [6, 7], new float[42])
            .Weights("b", [7], shares)
            .Node("Flatten", ["image"], "flat", ("axis", 1L))
            .Node("Gemm", ["flat", "w", "b"], "shares")
            .Metadata(
                ModelContract.MetadataKey,
                (TinyModels.Contract with { Output = ModelOutput.Probabilities, OutputName = "shares" }).ToJson()
            )
            .Build();
        using ExpressionClassifier classifier = ExpressionClassifier.Load(new MemoryStream(model));
        float[] values = new float[7];

        classifier.Classify(new byte[6], 1, values);
        AssertNear([.. shares.Select(s => s / 0.8)], values);
        classifier.ComputeLogits(new byte[6], 1, values);
        Assert.Equal(Math.Log(0.4), values[0], 1e-5);
        Assert.True(float.IsFinite(values[2]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_batch_of_any_size_gives_the_same_results_as_single_images(long graphBatch)
    {
        using ExpressionClassifier classifier = ExpressionClassifier.Load(
            new MemoryStream(TinyModels.Linear(TinyModels.Contract, graphBatch))
        );
        byte[] pixels = Pixels(150);
        GrayImage[] images = [.. pixels.Chunk(6).Select(p => new GrayImage(3, 2, p))];

        ExpressionResult[] results = classifier.Classify(images);
        float[] raw = new float[150 * 7];
        classifier.Classify(pixels, 150, raw);

        Assert.Equal(150, results.Length);
        for (int i = 0; i < 150; i++)
        {
            double[] alone = [.. classifier.Classify(images[i]).LabelScores.Values];
            AssertNear(alone, [.. results[i].LabelScores.Values]);
            AssertNear(alone, raw.AsSpan(i * 7, 7));
        }

        Assert.Empty(classifier.Classify([]));
        classifier.Classify([], 0, []);
    }

    [Fact]
    public void A_face_of_another_size_is_resized_with_the_kernel_of_the_contract()
    {
        ModelContract contract = TinyModels.Contract with { Resize = ResizeKernel.Bilinear };
        using ExpressionClassifier classifier = Load(contract);
        GrayImage large = ImageFiles.Pattern(30, 11);
        GrayImage small = large.Resize(3, 2, ResizeKernel.Bilinear);

        Assert.Equal(classifier.Classify(small).LabelScores.Values, classifier.Classify(large).LabelScores.Values);
        Assert.NotEqual(large.Resize(3, 2, ResizeKernel.Bicubic).Pixels, small.Pixels);
    }

    [Fact]
    public void A_classifier_is_thread_safe()
    {
        using ExpressionClassifier classifier = Load(TinyModels.Contract, new ClassifierOptions { Threads = 1 });
        byte[] pixels = Pixels(70);
        float[] expected = new float[70 * 7];
        classifier.Classify(pixels, 70, expected);

        Parallel.For(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i =>
            {
                int first = i % 60,
                    count = 1 + (i % 10);
                float[] probabilities = new float[count * 7];
                classifier.Classify(pixels.AsSpan(first * 6, count * 6), count, probabilities);
                AssertNear([.. expected.Skip(first * 7).Take(count * 7).Select(p => (double)p)], probabilities);
            }
        );
    }

    [Fact]
    public void The_span_overload_does_not_allocate_image_sized_memory()
    {
        using ExpressionClassifier classifier = Load(TinyModels.Contract, new ClassifierOptions { Threads = 1 });
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

    [Fact]
    public async Task A_disposed_classifier_throws_and_disposing_twice_or_during_runs_is_safe()
    {
        ExpressionClassifier classifier = Load(TinyModels.Contract);
        classifier.Dispose();
        classifier.Dispose();
        Assert.Throws<ObjectDisposedException>(() => classifier.Classify(ImageFiles.Pattern(3, 2)));

        ExpressionClassifier busy = Load(TinyModels.Contract, new ClassifierOptions { Threads = 1 });
        byte[] pixels = Pixels(64);
        using var started = new CountdownEvent(4);
        Task<int>[] runs =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            float[] probabilities = new float[64 * 7];
                            for (int run = 0; ; run++)
                            {
                                try
                                {
                                    busy.Classify(pixels, 64, probabilities);
                                }
                                catch (ObjectDisposedException)
                                {
                                    return run;
                                }

                                if (run == 0)
                                {
                                    started.Signal();
                                }
                            }
                        },
                        CancellationToken.None,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                ),
        ];
        started.Wait(TestContext.Current.CancellationToken);
        busy.Dispose();
        Check.All(await Task.WhenAll(runs), count => Assert.True(count > 0));
    }

    [Fact]
    public void Spans_of_wrong_length_are_refused()
    {
        using ExpressionClassifier classifier = Load(TinyModels.Contract);
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            classifier.Classify(new byte[11], 2, new float[14])
        );
        Assert.Contains("2 image(s) of 3×2 need 12 pixels, got 11.", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => classifier.Classify(new byte[12], 2, new float[13]));
        Assert.Contains("2 image(s) need 14 outputs, got a span of 13.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => classifier.Classify([], -1, []));
        Assert.Throws<ArgumentException>(() => classifier.Classify([ImageFiles.Pattern(3, 2), null!]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassifierOptions { Threads = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClassifierOptions { Device = (InferenceDevice)7 });
    }

    private static ExpressionClassifier Load(ModelContract contract, ClassifierOptions? options = null) =>
        ExpressionClassifier.Load(new MemoryStream(TinyModels.Linear(contract)), options);

    private static byte[] Pixels(int count) => ImageFiles.Pattern(6, count, seed: 3).Pixels;

    private static void AssertNear(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5);
        }
    }
}
