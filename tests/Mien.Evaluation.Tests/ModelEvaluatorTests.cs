using Mien.Data;

namespace Mien.Evaluation.Tests;

public class ModelEvaluatorTests
{
    // The model of these tests: its logit for expression c is pixel c of the image, divided by 16.
    private static void PixelsAsLogits(ReadOnlySpan<byte> pixels, int count, Span<float> logits)
    {
        int size = pixels.Length / count;
        for (int i = 0; i < count; i++)
        {
            for (int c = 0; c < 7; c++)
            {
                logits[(i * 7) + c] = pixels[(i * size) + c] / 16f;
            }
        }
    }

    [Fact]
    public void Every_image_is_classified_in_its_order_whatever_the_batch()
    {
        FaceDataset data = Made.Faces(10, 8, 1);
        var whole = new ModelEvaluator(Made.Contract(8, 1), PixelsAsLogits).Predict(data);
        var parts = new ModelEvaluator(Made.Contract(8, 1), PixelsAsLogits, new() { BatchSize = 3 }).Predict(data);

        for (int i = 0; i < 10; i++)
        {
            float[] expected = [.. data.Image(i)[..7].ToArray().Select(p => p / 16f)];
            Assert.Equal(expected, whole.Logits!.AsSpan(i * 7, 7).ToArray());
            Softmax.InPlace(expected);
            Assert.Equal(expected, whole.Row(i).ToArray());
            Assert.Equal(data.Source(i), whole.Sources[i]);
        }

        Assert.Equal(whole.Probabilities, parts.Probabilities);
        Assert.Equal(data.Labels, whole.Labels);
        Assert.Equal("made", whole.Name);
    }

    [Fact]
    public void A_model_file_gives_the_same_probabilities_as_the_library()
    {
        ModelContract contract = TinyModels.Contract with { Temperature = 1.7f, Labels = TinyModels.Shuffled };
        using ExpressionClassifier model = ExpressionClassifier.Load(new MemoryStream(TinyModels.Linear(contract)));
        FaceDataset data = Made.Faces(9, TinyModels.Width, TinyModels.Height);
        Predictions predictions = new ModelEvaluator(model, new() { BatchSize = 4 }).Predict(data);
        float[] scores = new float[9 * 7];
        model.Classify(data.Pixels, 9, scores);

        // The library's scores are in the order of the contract's labels, an evaluation's in that of Expression.
        float[] expected = new float[9 * 7];
        for (int i = 0; i < scores.Length; i++)
        {
            Assert.True(Expressions.TryParse(contract.Labels[i % 7], out Expression label));
            expected[(i / 7 * 7) + (int)label] = scores[i];
        }

        Assert.Equal(expected, predictions.Probabilities);
        Assert.Equal("tiny", predictions.Name);
    }

    [Fact]
    public void The_temperature_of_the_contract_is_applied_to_probabilities_and_not_to_logits()
    {
        FaceDataset data = Made.Faces(1, 8, 1);
        Predictions predictions = new ModelEvaluator(Made.Contract(8, 1, temperature: 2), PixelsAsLogits).Predict(data);

        Assert.Equal(TemperatureScaling.Apply(predictions.Logits, 2), predictions.Probabilities);
        Assert.Equal(data.Image(0)[1] / 16f, predictions.Logits![1]);
    }

    [Fact]
    public void Probabilities_of_the_image_and_its_mirror_image_are_averaged()
    {
        // 7 pixels: one white at the left end, so the mirror image is white at the right end.
        var data = new FaceDataset("d", 7, 1, [255, 0, 0, 0, 0, 0, 0], [0], [DatasetSplit.PublicTest]);
        Predictions predictions = new ModelEvaluator(
            Made.Contract(7, 1),
            PixelsAsLogits,
            new() { TestTimeAugmentation = TestTimeAugmentation.Flip }
        ).Predict(data);

        // One view gives anger e^15.94 / (e^15.94 + 6) ≈ 1, the other gives neutral, so each gets half.
        Assert.Equal(0.5f, predictions.Row(0)[0], 5);
        Assert.Equal(0.5f, predictions.Row(0)[6], 5);
        Assert.Null(predictions.Logits);
    }

    [Fact]
    public void All_ten_views_are_averaged_for_every_image_of_a_batch()
    {
        FaceDataset data = Made.Faces(5, 7, 4);
        Predictions predictions = new ModelEvaluator(
            Made.Contract(7, 4),
            PixelsAsLogits,
            new() { TestTimeAugmentation = TestTimeAugmentation.FlipAndShift, BatchSize = 25 }
        ).Predict(data);
        IReadOnlyList<TestTimeView> views = TestTimeViews.Of(TestTimeAugmentation.FlipAndShift, 7, 4);

        for (int i = 0; i < 5; i++)
        {
            double[] mean = new double[7];
            foreach (TestTimeView view in views)
            {
                byte[] crop = new byte[28];
                TestTimeViews.Render(data.Image(i), 7, 4, view, crop);
                float[] row = new float[7];
                PixelsAsLogits(crop, 1, row);
                Softmax.InPlace(row);
                for (int c = 0; c < 7; c++)
                {
                    mean[c] += row[c] / 10.0;
                }
            }

            for (int c = 0; c < 7; c++)
            {
                Assert.Equal(mean[c], predictions.Row(i)[c], 6);
            }
        }
    }

    [Fact]
    public void Images_of_another_size_are_resized_with_the_kernel_of_the_contract()
    {
        FaceDataset data = Made.Faces(2, 16, 2);
        var seen = new List<byte>();
        ModelContract contract = Made.Contract(8, 1) with { Resize = ResizeKernel.Bilinear };
        new ModelEvaluator(contract, (pixels, count, logits) => seen.AddRange(pixels)).Predict(data);

        byte[] first = new GrayImage(16, 2, data.Image(0).ToArray()).Resize(8, 1, ResizeKernel.Bilinear).Pixels;
        byte[] second = new GrayImage(16, 2, data.Image(1).ToArray()).Resize(8, 1, ResizeKernel.Bilinear).Pixels;
        Assert.Equal([.. first, .. second], seen);
    }

    [Fact]
    public void Progress_counts_the_images_done()
    {
        var reported = new List<int>();
        var options = new ModelEvaluationOptions { BatchSize = 4, TestTimeAugmentation = TestTimeAugmentation.Flip };
        new ModelEvaluator(Made.Contract(8, 1), PixelsAsLogits, options).Predict(
            Made.Faces(5, 8, 1),
            new Immediate(reported.Add)
        );

        // Four views per batch are two images.
        Assert.Equal([2, 4, 5], reported);
    }

    [Fact]
    public void A_cancelled_evaluation_ends_between_two_batches()
    {
        using var source = new CancellationTokenSource();
        int batches = 0;
        var evaluator = new ModelEvaluator(Made.Contract(8, 1), (_, _, _) => batches++, new() { BatchSize = 2 });

        Assert.Throws<OperationCanceledException>(() =>
            evaluator.Predict(Made.Faces(10, 8, 1), new Immediate(_ => source.Cancel()), source.Token)
        );
        Assert.Equal(1, batches);
    }

    [Fact]
    public void An_empty_data_set_gives_no_predictions() =>
        Assert.Equal(0, new ModelEvaluator(Made.Contract(8, 1), PixelsAsLogits).Predict(Made.Faces(0, 8, 1)).Count);

    [Fact]
    public void A_batch_size_of_0_is_rejected() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelEvaluationOptions { BatchSize = 0 });

    private sealed class Immediate(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }

    [Theory]
    [InlineData("None")]
    [InlineData("Flip")]
    public void One_pass_gives_the_predictions_of_every_head(string tta)
    {
        var options = new ModelEvaluationOptions
        {
            TestTimeAugmentation = Enum.Parse<TestTimeAugmentation>(tta),
            BatchSize = 4,
        };
        ModelContract contract = HeadModels.Contract with { Labels = TinyModels.Shuffled };
        using ExpressionClassifier model = ExpressionClassifier.Load(new MemoryStream(HeadModels.Linear(contract)));
        FaceDataset data = Made.Faces(9, TinyModels.Width, TinyModels.Height);
        IReadOnlyList<Predictions> all = new ModelEvaluator(model, options).PredictHeads(data);

        Assert.Equal(["blend", "fer2013", "ferplus"], contract.HeadNames);
        Assert.Equal(3, all.Count);
        for (int h = 0; h < all.Count; h++)
        {
            var one = new ModelEvaluator(model, options with { Head = contract.HeadNames[h] }).Predict(data);
            Assert.Equal(one.Probabilities, all[h].Probabilities);
            Assert.Equal(one.Logits, all[h].Logits);
        }

        Assert.Equal(all[0].Probabilities, new ModelEvaluator(model, options).Predict(data).Probabilities);
        Assert.NotEqual(all[1].Probabilities, all[2].Probabilities);
    }

    [Fact]
    public void A_head_for_votes_can_be_read_at_its_vote_temperature()
    {
        ModelContract contract = HeadModels.Contract with
        {
            Heads = [.. HeadModels.Contract.Heads!.Select((h, i) => i == 1 ? h with { VoteTemperature = 3 } : h)],
        };
        using ExpressionClassifier model = ExpressionClassifier.Load(new MemoryStream(HeadModels.Linear(contract)));
        FaceDataset data = Made.Faces(5, TinyModels.Width, TinyModels.Height);
        IReadOnlyList<Predictions> plain = new ModelEvaluator(model).PredictHeads(data);
        var options = new ModelEvaluationOptions { VoteTemperatures = true };
        IReadOnlyList<Predictions> votes = new ModelEvaluator(model, options).PredictHeads(data);

        Assert.Equal(plain[0].Probabilities, votes[0].Probabilities);
        Assert.Equal(plain[1].Probabilities, votes[1].Probabilities);
        Assert.Equal(
            TemperatureScaling.Apply(plain[2].Logits!, 3),
            votes[2].Probabilities,
            (x, y) => Math.Abs(x - y) < 1e-6
        );
        Assert.NotEqual(plain[2].Probabilities, votes[2].Probabilities);
    }

    [Fact]
    public void A_model_with_one_head_gives_one_set_of_predictions()
    {
        using ExpressionClassifier model = ExpressionClassifier.Load(
            new MemoryStream(TinyModels.Linear(TinyModels.Contract))
        );
        FaceDataset data = Made.Faces(3, TinyModels.Width, TinyModels.Height);
        var evaluator = new ModelEvaluator(model);

        Assert.Equal(evaluator.Predict(data).Probabilities, Assert.Single(evaluator.PredictHeads(data)).Probabilities);
    }
}
