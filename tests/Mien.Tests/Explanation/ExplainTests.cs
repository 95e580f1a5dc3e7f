namespace Mien.Tests;

/// <summary>Compares both methods with networks whose relevant regions are known, and with plain loops.</summary>
public sealed class ExplainTests
{
    public static TheoryData<ExplanationMethod> Methods =>
        [ExplanationMethod.ClassActivationMap, ExplanationMethod.Occlusion];

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_relevant_region_is_marked_and_evidence_against_the_label_is_negative(ExplanationMethod method)
    {
        using ExpressionClassifier classifier = MarkedModel.Open();
        FaceExplanation happy = classifier.Explain(MarkedModel.Face(), "happiness", method);
        FaceExplanation sad = classifier.Explain(MarkedModel.Face(), "sadness", method);

        Assert.Equal(
            ("happiness", method, 24, 24, 576),
            (happy.Label, happy.Method, happy.Width, happy.Height, happy.Values.Count)
        );
        AssertMarks(happy.Values, row: 15.5, column: 3.5);
        AssertMarks(sad.Values, row: 7.5, column: 19.5);
        Assert.InRange(happy.Values[(7 * 24) + 19], -1, -0.05);
        Assert.InRange(sad.Values[(15 * 24) + 3], -1, -0.05);
        Assert.Equal(1, happy.Values.Max(v => MathF.Abs(v)));
        // gray, far from both squares
        Check.All(happy.Values.Where((_, i) => i / 24 > 21 && i % 24 > 14), v => Assert.Equal(0, v, 1e-4));

        void AssertMarks(IReadOnlyList<float> values, double row, double column)
        {
            int[] marked = [.. Enumerable.Range(0, 576).Where(i => values[i] > 0.6f)];
            Assert.InRange(marked.Length, 35, 90); // the square has 64 pixels
            Assert.Equal(row, marked.Average(i => i / 24), 0.8);
            Assert.Equal(column, marked.Average(i => i % 24), 0.8);
        }
    }

    [Fact]
    public void Maps_are_placed_as_the_contract_declares()
    {
        ModelContract contract = MarkedModel.Contract with
        {
            Maps = new ClassMapOutput
            {
                Name = "maps",
                Top = 0,
                Left = 0,
                Step = 4,
            },
        };
        using ExpressionClassifier classifier = MarkedModel.Open(contract, everyFourth: true);
        byte[] pixels = new byte[576];
        Array.Fill(pixels, (byte)128);
        pixels[(8 * 24) + 20] = 255; // one of the pixels that the network uses

        IReadOnlyList<float> values = classifier.Explain(new GrayImage(24, 24, pixels)).Values;

        Assert.Equal((8 * 24) + 20, Enumerable.Range(0, 576).MaxBy(i => values[i]));
        Assert.Equal(
            [1, 0.75f, 0.5f, 0.25f, 0, 0],
            Enumerable.Range(8, 6).Select(y => MathF.Round(values[(y * 24) + 20], 5))
        );
        Assert.Equal(
            [1, 0.75f, 0.5f, 0.25f, 0, 0],
            Enumerable.Range(0, 6).Select(d => MathF.Round(values[(8 * 24) + 20 - d], 5))
        );
        Assert.Equal([1f, 1, 1], Enumerable.Range(21, 3).Select(x => values[(8 * 24) + x])); // after the last value
    }

    [Fact]
    public void Occlusion_matches_a_plain_loop_over_the_patches()
    {
        using ExpressionClassifier classifier = MarkedModel.Open(MarkedModel.Contract with { Maps = null });
        byte[] face = MarkedModel.Face().Pixels;
        new Random(5).NextBytes(face.AsSpan(0, 200));
        IReadOnlyList<float> values = classifier.Explain(new GrayImage(24, 24, face), "sadness").Values;

        byte mean = (byte)Math.Round(face.Average(p => (double)p));
        double whole = Math.Log(classifier.Classify(new GrayImage(24, 24, face)).LabelScores[Expression.Sadness]);
        double[] sum = new double[576],
            count = new double[576];
        for (int top = 0; top <= 18; top += 2)
        {
            for (int left = 0; left <= 18; left += 2)
            {
                byte[] covered = [.. face];
                int[] patch =
                [
                    .. Enumerable
                        .Range(0, 576)
                        .Where(i => i / 24 >= top && i / 24 < top + 6 && i % 24 >= left && i % 24 < left + 6),
                ];
                Array.ForEach(patch, i => covered[i] = mean);
                double fall =
                    whole
                    - Math.Log(classifier.Classify(new GrayImage(24, 24, covered)).LabelScores[Expression.Sadness]);
                Array.ForEach(patch, i => (sum[i], count[i]) = (sum[i] + fall, count[i] + 1));
            }
        }

        double[] expected = [.. sum.Zip(count, (s, c) => s / c)];
        double largest = expected.Max(v => Math.Abs(v));
        Assert.True(largest > 0.1, $"Nothing changes the score: {largest}.");
        Check.All(expected.Zip(values), p => Assert.Equal(p.First / largest, p.Second, 1e-4));
    }

    [Fact]
    public void Patches_cover_a_face_of_any_size_to_its_edges()
    {
        Assert.Equal((12, 10), (OcclusionExplainer.Patch(48), OcclusionExplainer.Patch(40)));
        Assert.Equal([0, 4, 8, 12, 16, 20, 24, 28, 32, 36], OcclusionExplainer.Positions(48));
        Assert.Equal([0, 4, 8, 12, 16, 20, 24, 28, 32, 33], OcclusionExplainer.Positions(44));
        Assert.Equal([0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30], OcclusionExplainer.Positions(40));
        for (int side = 1; side < 200; side++)
        {
            int[] positions = OcclusionExplainer.Positions(side);
            Assert.Equal((0, side), (positions[0], positions[^1] + OcclusionExplainer.Patch(side)));
            for (int i = 1; i < positions.Length; i++)
            {
                Assert.InRange(positions[i] - positions[i - 1], 1, OcclusionExplainer.Patch(side));
            }
        }
    }

    [Fact]
    public void The_number_of_runs_is_as_documented()
    {
        using ExpressionClassifier classifier = MarkedModel.Open(),
            one = MarkedModel.Open(MarkedModel.Contract with { Maps = null }, batch: 1);
        GrayImage face = MarkedModel.Face();

        Assert.Equal(1, RunsOf(classifier, c => c.Classify(face)));
        Assert.Equal(1, RunsOf(classifier, c => c.Explain(face, "fear")));
        Assert.Equal(2, RunsOf(classifier, c => c.Explain(face)));
        // 101 images, 64 per run
        Assert.Equal(2, RunsOf(classifier, c => c.Explain(face, "fear", ExplanationMethod.Occlusion)));
        Assert.Equal(101, RunsOf(one, c => c.Explain(face, "fear")));
        Assert.Equal(
            2,
            RunsOf(classifier, c => c.Explain(new byte[70 * 576], [.. Enumerable.Repeat(4, 70)], c.Head(null)))
        );

        static long RunsOf(ExpressionClassifier classifier, Action<ExpressionClassifier> work)
        {
            long before = classifier.Runs;
            work(classifier);
            return classifier.Runs - before;
        }
    }

    [Fact]
    public void By_default_the_most_probable_label_is_explained_with_the_method_of_the_model()
    {
        using ExpressionClassifier mapped = MarkedModel.Open(),
            plain = MarkedModel.Open(MarkedModel.Contract with { Maps = null });
        GrayImage face = MarkedModel.Face();
        Array.Fill(face.Pixels, (byte)0, 0, 48); // more dark than bright

        Assert.Equal(
            ("sadness", ExplanationMethod.ClassActivationMap),
            (mapped.Explain(face).Label, mapped.Explain(face).Method)
        );
        Assert.Equal(("sadness", ExplanationMethod.Occlusion), (plain.Explain(face).Label, plain.Explain(face).Method));
        MienException error = Assert.Throws<MienException>(() =>
            plain.Explain(face, method: ExplanationMethod.ClassActivationMap)
        );
        Assert.Equal("noClassMaps", error.Code);
        Assert.StartsWith("The model 'marked' has no class activation maps: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "The model has no label 'contempt'; it has neutral, anger,",
            Assert.Throws<ArgumentException>(() => mapped.Explain(face, "contempt")).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => mapped.Explain(face, method: (ExplanationMethod)2));
        Assert.Throws<ArgumentNullException>(() => mapped.Explain(null!));
    }

    [Fact]
    public void A_face_of_another_size_is_explained_in_the_input_size()
    {
        using ExpressionClassifier classifier = MarkedModel.Open();
        FaceExplanation large = classifier.Explain(
            MarkedModel.Face().Resize(120, 120, ResizeKernel.Nearest),
            "happiness"
        );
        IReadOnlyList<float> small = classifier.Explain(MarkedModel.Face(), "happiness").Values;

        Assert.Equal((24, 24), (large.Width, large.Height));
        Check.All(small.Zip(large.Values), p => Assert.Equal(p.First, p.Second, 0.1));
    }

    [Fact]
    public void If_nothing_changes_the_score_all_values_are_zero()
    {
        using ExpressionClassifier classifier = MarkedModel.Open();
        byte[] gray = new byte[576];
        Array.Fill(gray, (byte)128);

        Check.All(
            Methods,
            m =>
                Check.All(
                    classifier.Explain(new GrayImage(24, 24, gray), "fear", m.Data).Values,
                    v => Assert.Equal(0, v)
                )
        );
    }

    [Fact]
    public void Explanations_are_thread_safe_and_a_disposed_model_throws()
    {
        ExpressionClassifier classifier = MarkedModel.Open();
        using (classifier)
        {
            float[] expected = [.. classifier.Explain(MarkedModel.Face(), "sadness").Values];
            Parallel.For(
                0,
                16,
                _ =>
                {
                    Assert.Equal(expected, classifier.Explain(MarkedModel.Face(), "sadness").Values);
                    // happiness and sadness are equally probable
                    Assert.InRange(classifier.Classify(MarkedModel.Face()).Confidence, 0.35, 0.45);
                }
            );
        }

        Check.All(
            Methods,
            m => Assert.Throws<ObjectDisposedException>(() => classifier.Explain(MarkedModel.Face(), "fear", m.Data))
        );
    }
}
