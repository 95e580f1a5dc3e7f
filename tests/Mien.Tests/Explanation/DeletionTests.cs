namespace Mien.Tests.Explanation;

/// <summary>Whether what a map marks matters: without it the network is less sure than without as much of something else.</summary>
public sealed class DeletionTests
{
    private const int Tries = 24;

    public static TheoryData<string, ExplanationMethod> Ways
    {
        get
        {
            var ways = new TheoryData<string, ExplanationMethod>();
            foreach (string name in BuiltInModels.Names)
            {
                ways.Add(name, ExplanationMethod.Occlusion);
                using ExpressionClassifier classifier = ExpressionClassifier.Load(name);
                if (classifier.Contract.Maps is not null)
                {
                    ways.Add(name, ExplanationMethod.ClassActivationMap);
                }
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Masking_the_fifth_that_is_marked_lowers_the_probability_more_than_masking_a_random_fifth(string model, ExplanationMethod method)
    {
        using ExpressionClassifier classifier = ExpressionClassifier.Load(model, new ClassifierOptions { Threads = 1 });
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "samples", "faces"), "*.png");
        AssertMarkedMatters(classifier, [.. files.Order(StringComparer.Ordinal).Select(f => GrayImage.Decode(f))], method);
    }

    [Theory]
    [MemberData(nameof(ExplainTests.Methods), MemberType = typeof(ExplainTests))]
    public void Also_of_a_network_set_by_hand_on_made_pictures(ExplanationMethod method)
    {
        using ExpressionClassifier classifier = MarkedModel.Open();
        var random = new Random(1);
        AssertMarkedMatters(classifier, [.. Enumerable.Range(0, 10).Select(_ => Made(random))], method);
    }

    /// <summary>Squares of random gray values, whose side is that of the network's own squares.</summary>
    private static GrayImage Made(Random random)
    {
        byte[] squares = new byte[36];
        random.NextBytes(squares);
        return new GrayImage(6, 6, squares).Resize(MarkedModel.Side, MarkedModel.Side, ResizeKernel.Nearest);
    }

    private static void AssertMarkedMatters(ExpressionClassifier classifier, GrayImage[] faces, ExplanationMethod method)
    {
        var random = new Random(7);
        (double marked, double scattered, double moved) = (0, 0, 0);
        foreach (GrayImage face in faces)
        {
            GrayImage crop = face.Resize(classifier.Contract.Width, classifier.Contract.Height, classifier.Contract.Resize);
            FaceExplanation explanation = classifier.Explain(crop, method: method);
            int[] order = [.. Enumerable.Range(0, crop.Pixels.Length).OrderByDescending(i => explanation.Values[i])];
            int[] fifth = order[..(order.Length / 5)];
            marked += Without(fifth);

            // As many pixels anywhere, and the same shape at another place (around the edges).
            for (int i = 0; i < Tries; i++)
            {
                int[] any = [.. order];
                random.Shuffle(any);
                scattered += Without(any[..fifth.Length]) / Tries;
                (int down, int right) = (random.Next(crop.Height), random.Next(crop.Width));
                moved += Without([.. fifth.Select(p => ((((p / crop.Width) + down) % crop.Height) * crop.Width) + (((p % crop.Width) + right) % crop.Width))]) / Tries;
            }

            double Without(int[] pixels)
            {
                byte[] rest = [.. crop.Pixels];
                byte mean = (byte)Math.Round(crop.Pixels.Average(p => (double)p));
                Array.ForEach(pixels, p => rest[p] = mean);
                return classifier.Classify(new GrayImage(crop.Width, crop.Height, rest))[explanation.Expression];
            }
        }

        string found = FormattableString.Invariant($"{classifier.Contract.Name}, {method}: the probability is {marked / faces.Length:P1} without the marked fifth, {scattered / faces.Length:P1} without scattered pixels, {moved / faces.Length:P1} with the mask elsewhere.");
        TestContext.Current.TestOutputHelper?.WriteLine(found);
        Assert.True(marked < scattered && marked < moved, found);
    }
}
