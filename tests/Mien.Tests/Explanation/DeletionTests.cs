namespace Mien.Tests;

/// <summary>
/// Deletion test: masking the marked region lowers the confidence more than masking a region of the same size
/// elsewhere.
/// </summary>
public sealed class DeletionTests
{
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
    public void Masking_the_marked_fifth_lowers_the_probability_more_than_masking_a_random_fifth(
        string model,
        ExplanationMethod method
    )
    {
        using ExpressionClassifier classifier = ExpressionClassifier.Load(model, new ClassifierOptions { Threads = 1 });
        AssertMarkedMatters(classifier, [.. SampleFaces.All.Select(f => SampleFaces.Crop(f.Expression))], method);
    }

    [Theory]
    [MemberData(nameof(ExplainTests.Methods), MemberType = typeof(ExplainTests))]
    public void The_same_holds_for_a_handmade_network_on_synthetic_images(ExplanationMethod method)
    {
        using ExpressionClassifier classifier = MarkedModel.Open();
        var random = new Random(1);
        AssertMarkedMatters(classifier, [.. Enumerable.Range(0, 10).Select(_ => Made(random))], method);
    }

    /// <summary>An image of squares with random gray values, aligned with the squares of the network.</summary>
    private static GrayImage Made(Random random)
    {
        byte[] squares = new byte[36];
        random.NextBytes(squares);
        return new GrayImage(6, 6, squares).Resize(MarkedModel.Side, MarkedModel.Side, ResizeKernel.Nearest);
    }

    private static void AssertMarkedMatters(
        ExpressionClassifier classifier,
        GrayImage[] faces,
        ExplanationMethod method
    )
    {
        Deletion found = Deletion.Measure(classifier, faces, method);
        TestContext.Current.TestOutputHelper?.WriteLine(found.Text);
        Assert.True(found.Marked < found.Elsewhere && found.Marked < found.Scattered, found.Text);
    }
}
