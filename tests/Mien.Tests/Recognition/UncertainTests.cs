namespace Mien.Tests;

/// <summary>
/// The threshold for uncertain results: that of the options, otherwise of the contract, otherwise 0.5.
/// </summary>
public sealed class UncertainTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null, null, 0.5f)]
    [InlineData(0.3f, null, 0.3f)]
    [InlineData(0f, null, 0f)]
    [InlineData(0.3f, 0.8f, 0.8f)]
    [InlineData(null, 0f, 0f)]
    public void The_options_override_the_contract_which_overrides_the_default(
        float? contract,
        float? options,
        float expected
    )
    {
        using FaceExpressionRecognizer recognizer = Create(contract, options);

        Assert.Equal(expected, recognizer.UncertainBelow);
        Assert.Equal(options, recognizer.Options.UncertainBelow);
    }

    [Fact]
    public void A_result_below_the_threshold_is_uncertain_and_one_at_the_threshold_is_not()
    {
        var small = new GrayImage(TinyModels.Width, TinyModels.Height, [10, 60, 200, 255, 0, 90]);
        byte[] crop = small.Resize(TinyModels.Width * 10, TinyModels.Height * 10, ResizeKernel.Nearest).EncodePng();
        using FaceExpressionRecognizer plain = Create(null, null);
        float confidence = plain.Recognize(crop).Faces[0].Confidence;
        using FaceExpressionRecognizer at = Create(confidence, null);
        using FaceExpressionRecognizer over = Create(MathF.BitIncrement(confidence), null);

        Assert.False(at.Recognize(crop).Faces[0].IsUncertain);
        Assert.True(over.Recognize(crop).Faces[0].IsUncertain);
    }

    private FaceExpressionRecognizer Create(float? contract, float? options)
    {
        string model = folder.Write(
            $"{Guid.NewGuid():N}.onnx",
            TinyModels.Linear(TinyModels.Contract with { UncertainBelow = contract })
        );
        return Recognizers.Create(new RecognizerOptions { Model = model, UncertainBelow = options });
    }
}
