using SkiaSharp;

namespace Mien.Tests;

/// <summary>
/// Repeated calls do not leak native objects. The count is for the whole process, so no other test may run at the same
/// time.
/// </summary>
[Collection(nameof(LeakTests))]
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
public sealed class LeakTests
{
    private static readonly byte[] Png = MadePhotos
        .Canvas(1300, 900, new MadeFace("happiness", 100, 60, 170), new MadeFace("disgust", 700, 400, 200))
        .EncodePng();
    private static readonly byte[] Jpeg = ImageFiles.Encode(GrayImage.Decode(Png), SKEncodedImageFormat.Jpeg, 95);
    private static readonly byte[] Crop = SampleFaces.CropFile(Expression.Happiness);

    [Fact]
    public async Task Repeated_calls_hold_no_more_native_objects_than_the_first_and_disposal_frees_all()
    {
        long before = NativeObjects.Alive;
        using (FaceExpressionRecognizer recognizer = Recognizers.Create())
        {
            await UseAllOverloads(recognizer);
            long warm = NativeObjects.Alive;
            Assert.True(warm > before, "the tensors of the networks are not counted");
            for (int i = 0; i < 5; i++)
            {
                await UseAllOverloads(recognizer);
                Assert.Equal(warm, NativeObjects.Alive);
            }
        }

        Assert.Equal(before, NativeObjects.Alive);
    }

    [Fact]
    public void Repeated_calls_allocate_no_image_sized_memory()
    {
        using FaceExpressionRecognizer recognizer = Recognizers.Create();
        foreach (byte[] image in new[] { Png, Jpeg })
        {
            using var folder = new TempFolder();
            string path = folder.Write("photo.image", image);
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(2, recognizer.Recognize(path).Faces.Count);
            }

            const int calls = 6;
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < calls; i++)
            {
                recognizer.Recognize(path);
            }

            long each = (GC.GetTotalAllocatedBytes(precise: true) - before) / calls;

            // The pixels take 4.7 MB and the file at least 100 kB; only two crops, the lists and the result may be
            // allocated.
            Assert.True(each < 100_000, $"{each} bytes per call");
        }
    }

    [Fact]
    public async Task A_batch_that_ends_early_does_not_leak()
    {
        using var folder = new TempFolder();
        string path = folder.Write("photo.png", Png);
        long before = NativeObjects.Alive;
        using (FaceExpressionRecognizer recognizer = Recognizers.Create())
        {
            for (int i = 0; i < 3; i++)
            {
                await foreach (
                    RecognitionResult result in recognizer.RecognizeAsync(
                        Enumerable.Repeat(path, 1000),
                        parallelism: 2,
                        cancellationToken: TestContext.Current.CancellationToken
                    )
                )
                {
                    Assert.Equal(2, result.Faces.Count);
                    break;
                }
            }
        }

        Assert.Equal(before, NativeObjects.Alive);
    }

    [Fact]
    public void A_model_that_fails_in_its_first_run_does_not_leak()
    {
        byte[] model = new OnnxBuilder()
            .Input("image", -1, 1, 2, 3)
            .Output("logits", -1, 7)
            .Weights("w", [6, 7], [.. Enumerable.Repeat(float.NaN, 42)])
            .Weights("b", [7], new float[7])
            .Node("Flatten", ["image"], "flat", ("axis", 1L))
            .Node("Gemm", ["flat", "w", "b"], "logits")
            .Metadata(ModelContract.MetadataKey, TinyModels.Contract.ToJson())
            .Build();
        long before = NativeObjects.Alive;
        Assert.Equal(
            "modelFailed",
            Assert.Throws<MienException>(() => ExpressionClassifier.Load(new MemoryStream(model))).Code
        );
        Assert.Throws<MienException>(() => ExpressionClassifier.Load(new MemoryStream(TinyModels.WithoutContract())));
        Assert.Equal(before, NativeObjects.Alive);
    }

    private static async Task UseAllOverloads(FaceExpressionRecognizer recognizer)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        foreach (byte[] image in new[] { Png, Jpeg })
        {
            Assert.Equal(2, recognizer.Recognize(image).Faces.Count);
            Assert.Throws<MienException>(() => recognizer.Recognize(image.AsSpan(0, image.Length / 2)));
            using Photo photo = Photo.Decode(image);
            Assert.Equal(2, (await recognizer.RecognizeAsync(photo, cancellationToken: token)).Faces.Count);
        }

        Assert.Single(recognizer.Recognize(Crop).Faces);
        Assert.Throws<MienException>(() => recognizer.Recognize("nothing"u8));
        Assert.Throws<MienException>(() => recognizer.Recognize([0x89, .. "PNG"u8, 1, 2, 3]));
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        Assert.Throws<OperationCanceledException>(() => recognizer.Recognize(Png, cancellationToken: cancel.Token));
    }
}
