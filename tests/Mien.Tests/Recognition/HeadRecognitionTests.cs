using System.Text.Json;

namespace Mien.Tests;

/// <summary>Which head a recognizer uses: that of the call, otherwise its own, otherwise the model's default.</summary>
public sealed class HeadRecognitionTests : IDisposable
{
    private static readonly byte[] Gray = [10, 60, 200, 255, 0, 90];
    private static readonly byte[] Crop = new GrayImage(TinyModels.Width, TinyModels.Height, Gray).EncodePng();

    private readonly TempFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null, null, "blend")]
    [InlineData("ferplus", null, "ferplus")]
    [InlineData("ferplus", "fer2013", "fer2013")]
    [InlineData("ferplus", "blend", "blend")]
    [InlineData(null, "ferplus", "ferplus")]
    public void The_head_of_the_call_overrides_that_of_the_recognizer(string? own, string? call, string expected)
    {
        using FaceExpressionRecognizer recognizer = Create(own);
        var options = new RecognitionOptions { Head = call };
        double[] scores = TinyModels.Softmaxed(
            HeadModels.Logits(Gray, expected),
            HeadModels.Contract.SelectHead(expected).Temperature
        );

        RecognitionResult crop = recognizer.Recognize(Crop, options: options);
        RecognitionResult[] batched = recognizer.RecognizeCrops([recognizer.PrepareCrop(Crop, "a", options)!]);
        using Photo photo = Photo.Decode(Crop);
        RecognitionResult boxed = recognizer.Recognize(
            photo,
            options: options with
            {
                Boxes = [new FaceBox(0, 0, 3, 2)],
            }
        );

        Check.All([crop, batched[0], boxed], r => Assert.Equal(expected, r.Head));
        Check.All(
            [crop, batched[0]],
            r =>
                Assert.Equal(
                    scores,
                    r.Faces[0].LabelScores.Values.Select(v => (double)v),
                    (a, b) => Math.Abs(a - b) < 1e-5
                )
        );
    }

    [Fact]
    public void Crops_for_different_heads_are_classified_in_one_run()
    {
        using FaceExpressionRecognizer recognizer = Create(null);
        string[] heads = ["ferplus", "blend", "fer2013", "ferplus"];
        RecognitionOptions[] options = [.. heads.Select(h => new RecognitionOptions { Head = h })];

        RecognitionResult[] results = recognizer.RecognizeCrops([
            .. options.Select(o => recognizer.PrepareCrop(Crop, null, o)!),
        ]);

        Assert.Equal(heads, results.Select(r => r.Head));
        Assert.Equal(
            options.Select(o => Recognizers.Describe(recognizer.Recognize(Crop, options: o))),
            results.Select(Recognizers.Describe)
        );
    }

    [Fact]
    public void A_prediction_is_uncertain_by_the_threshold_of_the_head_in_use()
    {
        using FaceExpressionRecognizer recognizer = Create(null);
        using FaceExpressionRecognizer fixedOne = Create("ferplus", uncertainBelow: 0.45f);

        Assert.Equal(0.5f, recognizer.UncertainBelow);
        Assert.Equal(0.6f, recognizer.UncertainBelowOf("ferplus"));
        Assert.Equal(0.4f, recognizer.UncertainBelowOf("fer2013"));
        Assert.Equal(0.45f, fixedOne.UncertainBelow);
        Assert.Equal(0.45f, fixedOne.UncertainBelowOf("fer2013"));
        foreach (string head in HeadModels.Contract.HeadNames)
        {
            float[] thresholds = [0, 1];
            foreach (float threshold in thresholds)
            {
                ModelContract contract = With(head, threshold);
                using FaceExpressionRecognizer changed = Create(null, contract: contract);
                RecognitionResult result = changed.Recognize(Crop, options: new RecognitionOptions { Head = head });
                Assert.Equal(threshold == 1, result.Faces[0].UncertainReasons.Contains(UncertainReason.LowConfidence));
            }
        }
    }

    [Fact]
    public void The_JSON_names_the_head_of_a_model_with_heads()
    {
        using FaceExpressionRecognizer two = Create(null);
        using FaceExpressionRecognizer one = Recognizers.Create(
            new RecognizerOptions { Model = folder.Write("one.onnx", TinyModels.Linear(TinyModels.Contract)) }
        );

        string json = RecognitionJson.ToJson(two.Recognize(Crop), "two");
        Assert.Contains("\"model\":\"two\",\"head\":\"blend\",\"faces\":", json, StringComparison.Ordinal);
        Assert.Null(one.Recognize(Crop).Head);
        using JsonDocument plain = JsonDocument.Parse(RecognitionJson.ToJson(one.Recognize(Crop), "one"));
        Assert.False(plain.RootElement.TryGetProperty("head", out _));
    }

    [Fact]
    public void An_explanation_is_that_of_the_head_in_use()
    {
        using FaceExpressionRecognizer recognizer = Create(null);
        using ExpressionClassifier classifier = ExpressionClassifier.Load(
            new MemoryStream(HeadModels.Linear(HeadModels.Contract))
        );
        foreach (string head in HeadModels.Contract.HeadNames)
        {
            RecognitionResult result = recognizer.Recognize(
                Crop,
                options: new RecognitionOptions { Head = head, Explain = true }
            );
            FaceExplanation expected = classifier.Explain(new GrayImage(3, 2, Gray), head: head);
            Assert.Equal(result.Faces[0].Label, result.Faces[0].Explanation!.Label);
            Assert.Equal(expected.Values, result.Faces[0].Explanation!.Values);
        }
    }

    [Fact]
    public async Task An_unknown_head_is_an_error_before_any_image_is_read()
    {
        using FaceExpressionRecognizer recognizer = Create(null);
        var options = new RecognitionOptions { Head = "none" };

        AssertNoSuchHead(Assert.Throws<MienException>(() => Create("none")));
        AssertNoSuchHead(Assert.Throws<MienException>(() => recognizer.Recognize(Crop, options: options)));
        AssertNoSuchHead(Assert.Throws<MienException>(() => recognizer.PrepareCrop(Crop, null, options)));
        AssertNoSuchHead(Assert.Throws<MienException>(() => recognizer.RecognizeAsync(["a.png"], options)));
        AssertNoSuchHead(
            await Assert.ThrowsAsync<MienException>(() => recognizer.RecognizeAsync(Crop, null, options, Token))
        );

        static void AssertNoSuchHead(MienException error) => Assert.Equal("noSuchHead", error.Code);
    }

    private static ModelContract With(string head, float threshold) =>
        HeadModels.Contract with
        {
            Blend = HeadModels.Contract.Blend! with { UncertainBelow = head == HeadBlend.Name ? threshold : 0.5f },
            Heads =
            [
                .. HeadModels.Contract.Heads!.Select(h =>
                    h with
                    {
                        UncertainBelow = h.Name == head ? threshold : 0.5f,
                    }
                ),
            ],
        };

    private FaceExpressionRecognizer Create(
        string? head,
        float? uncertainBelow = null,
        ModelContract? contract = null
    ) =>
        Recognizers.Create(
            new RecognizerOptions
            {
                Model = folder.Write($"{Guid.NewGuid():N}.onnx", HeadModels.Linear(contract ?? HeadModels.Contract)),
                Head = head,
                UncertainBelow = uncertainBelow,
            }
        );
}
