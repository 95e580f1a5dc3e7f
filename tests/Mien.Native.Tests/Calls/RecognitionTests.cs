using System.Text.Json;

namespace Mien.Native.Tests;

/// <summary>What the calls return, against the managed library.</summary>
public abstract unsafe class RecognitionTests : IDisposable
{
    private readonly Lazy<MienApi> made;
    private readonly TempFolder folder = new();

    protected RecognitionTests(Func<MienApi> api) => made = new Lazy<MienApi>(api);

    private MienApi Api => made.Value;

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Versions_are_those_of_the_header_and_of_Mien()
    {
        Assert.Equal(1u, Api.AbiVersion());
        Assert.Equal("0.1.0", MienApi.Text(Api.Version()));
        Assert.Equal((nint)Api.Version(), (nint)Api.Version());
    }

    [Fact]
    public void A_recognizer_has_labels_and_a_contract()
    {
        ulong recognizer = Api.Recognizer();
        int count;
        Api.Check(Api.LabelCount(recognizer, &count));
        var labels = new List<string>();
        for (int i = 0; i < count; i++)
        {
            byte* label;
            Api.Check(Api.Label(recognizer, i, &label));
            labels.Add(MienApi.Text(label));
        }

        Assert.Equal(Expressions.Names, labels);
        byte* json;
        Api.Check(Api.ModelJson(recognizer, &json));
        Assert.Equal("tiny", JsonDocument.Parse(MienApi.Text(json)).RootElement.GetProperty("name").GetString());
        Api.Free(json);
        Api.Check(Api.Destroy(recognizer));
    }

    [Fact]
    public void A_crop_and_a_photo_give_the_faces_of_the_managed_library()
    {
        using var expected = FaceExpressionRecognizer.Create(Options("tiny"));
        ulong recognizer = Api.Recognizer();
        foreach (byte[] data in (byte[][])[SampleFaces.CropFile(Expression.Fear), MadePhotos.Group().EncodePng()])
        {
            ulong result = Api.OfBytes(recognizer, data);
            AssertSame(expected.Recognize(data), "tiny", result);
            Api.Check(Api.ResultFree(result));
        }

        Api.Check(Api.Destroy(recognizer));
    }

    [Fact]
    public void A_file_with_any_name_is_read_and_named_in_the_JSON()
    {
        string path = folder.Write("фото 顔.png", SampleFaces.CropFile(Expression.Happiness));
        using var expected = FaceExpressionRecognizer.Create(Options("tiny"));
        ulong recognizer = Api.Recognizer(),
            result;
        fixed (byte* text = MienApi.Bytes(path))
        {
            Api.Check(Api.RecognizeFile(recognizer, text, null, &result));
        }

        AssertSame(expected.Recognize(path), "tiny", result);
        Api.Check(Api.ResultFree(result));
        Api.Check(Api.Destroy(recognizer));
    }

    [Theory]
    [InlineData(PixelLayout.Gray, 1)]
    [InlineData(PixelLayout.Rgb, 3)]
    [InlineData(PixelLayout.Bgr, 3)]
    [InlineData(PixelLayout.Bgra, 4)]
    [InlineData(PixelLayout.Rgbx, 4)]
    [InlineData(PixelLayout.RgbaPremultiplied, 4)]
    public void Pixels_of_every_format_and_stride_give_the_same_as_the_managed_library(PixelLayout layout, int channels)
    {
        const int Size = 50;
        var random = new Random(7);
        using var expected = FaceExpressionRecognizer.Create(Options("tiny"));
        ulong recognizer = Api.Recognizer();
        foreach (int stride in (int[])[0, Size * channels, (Size * channels) + 13])
        {
            int row = stride == 0 ? Size * channels : stride;
            byte[] pixels = new byte[((Size - 1) * row) + (Size * channels)];
            random.NextBytes(pixels);
            ulong result;
            fixed (byte* start = pixels)
            {
                Api.Check(
                    Api.RecognizePixels(
                        recognizer,
                        start,
                        (nuint)pixels.Length,
                        Size,
                        Size,
                        stride,
                        (int)layout,
                        null,
                        &result
                    )
                );
            }

            using Photo photo = Photo.FromPixels(pixels, Size, Size, layout, stride);
            AssertSame(expected.Recognize(photo), "tiny", result);
            Api.Check(Api.ResultFree(result));
        }

        Api.Check(Api.Destroy(recognizer));
    }

    [Fact]
    public void Options_of_a_call_give_boxes_and_crops()
    {
        byte[] data = MadePhotos.Group().EncodePng();
        using var expected = FaceExpressionRecognizer.Create(Options("tiny"));
        ulong recognizer = Api.Recognizer();
        MienBox[] boxes =
        [
            new()
            {
                X = 44,
                Y = 40,
                Width = 200,
                Height = 205,
            },
        ];
        MienCallOptions options = Api.CallOptions();
        fixed (MienBox* start = boxes)
        {
            options.Boxes = start;
            options.BoxCount = 1;
            ulong result = Api.OfBytes(recognizer, data, &options);
            AssertSame(
                expected.Recognize(data, null, new RecognitionOptions { Boxes = [new FaceBox(44, 40, 200, 205)] }),
                "tiny",
                result
            );
            Api.Check(Api.ResultFree(result));

            // Boxes that are there but empty: nothing is searched, and nothing found.
            options.BoxCount = 0;
            result = Api.OfBytes(recognizer, data, &options);
            Assert.Empty(Api.Faces(result));
            Assert.Equal(0, Api.Image(result).FaceCount);
            Api.Check(Api.ResultFree(result));
        }

        options = Api.CallOptions();
        options.IsFaceCrop = (int)FaceCropChoice.Yes;
        ulong crop = Api.OfBytes(recognizer, data, &options);
        Assert.Equal((1, 1), (Api.Image(crop).IsFaceCrop, Api.Image(crop).FaceCount));
        Api.Check(Api.ResultFree(crop));
        Api.Check(Api.Destroy(recognizer));
    }

    [Fact]
    public void Options_of_a_recognizer_reach_it()
    {
        byte[] data = MadePhotos.Group().EncodePng();
        MienOptions options = Api.Options();
        options.MaxFaces = 2;
        options.UncertainBelow = 1;
        options.Detector = (int)DetectorModel.Back;
        ulong recognizer,
            result;
        fixed (byte* model = MienApi.Bytes("default"))
        fixed (byte* head = MienApi.Bytes("ferplus"))
        {
            options.Model = model;
            options.Head = head;
            Api.Check(Api.Create(&options, &recognizer));
        }

        using var expected = FaceExpressionRecognizer.Create(
            Options("default") with
            {
                Head = "ferplus",
                Detector = DetectorModel.Back,
                Detection = new DetectionOptions { MaxFaces = 2 },
                UncertainBelow = 1,
            }
        );
        result = Api.OfBytes(recognizer, data);
        Assert.Equal(2, Api.Image(result).FaceCount);
        Check.All(Api.Faces(result), f => Assert.Equal(1u, f.Uncertain & 1));
        AssertSame(expected.Recognize(data), "default", result);
        Api.Check(Api.Destroy(recognizer));

        // The result stays valid without its recognizer.
        AssertSame(expected.Recognize(data), "default", result);
        Api.Check(Api.ResultFree(result));
    }

    [Fact]
    public void Photos_without_a_face_have_a_pointer_to_read_the_size_from()
    {
        ulong recognizer = Api.Recognizer();
        ulong result = Api.OfBytes(recognizer, MadePhotos.Empty().EncodePng());
        MienFace* faces;
        int count;
        Api.Check(Api.ResultFaces(result, &faces, &count));
        Assert.Equal(0, count);
        Assert.Equal((uint)sizeof(MienFace), faces->Size);
        Assert.Contains("\"status\":\"noFace\"", Api.Json(result), StringComparison.Ordinal);
        Api.Check(Api.ResultFree(result));
        Api.Check(Api.Destroy(recognizer));
    }

    private static RecognizerOptions Options(string model) =>
        new()
        {
            Model = model,
            Inference = new ClassifierOptions { Threads = 1, Spinning = false },
        };

    private void AssertSame(RecognitionResult expected, string model, ulong result)
    {
        Assert.Equal(RecognitionJson.ToJson(expected, model), Api.Json(result));
        MienImage image = Api.Image(result);
        Assert.Equal(
            (expected.Width, expected.Height, expected.IsFaceCrop ? 1 : 0, expected.Faces.Count, 7),
            (image.Width, image.Height, image.IsFaceCrop, image.FaceCount, image.LabelCount)
        );
        MienFace[] faces = Api.Faces(result);
        Check.All(expected.Faces, (face, i) => AssertSame(face, faces[i]));
    }

    private static void AssertSame(RecognizedFace expected, MienFace face)
    {
        uint uncertain = face.Uncertain;
        Assert.Equal(expected.Label, MienApi.Text(face.LabelName));
        Assert.Equal(expected.Label, Expressions.Names[face.Label]);
        Assert.Equal(expected.Confidence, face.Confidence);
        Assert.Equal(
            expected.LabelScores.Values,
            new ReadOnlySpan<float>(face.Probabilities, face.ProbabilityCount).ToArray()
        );
        Assert.Equal(expected.Box, new FaceBox(face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height));
        Assert.Equal(expected.Roll, face.Roll);
        Assert.Equal(expected.DetectionScore ?? float.NaN, face.DetectionScore);
        Assert.Equal(
            expected.UncertainReasons,
            Enum.GetValues<UncertainReason>().Where(r => (uncertain & (1u << (int)r)) != 0)
        );
        Assert.Equal(
            expected.Quality,
            new FaceQuality(
                face.QualitySize,
                face.QualitySharpness,
                face.QualityContrast,
                face.TouchesEdge == 1,
                float.IsNaN(face.QualityYaw) ? null : face.QualityYaw
            )
        );
        Assert.Equal(expected.Keypoints is null ? 0 : 1, face.HasKeypoints);
        if (expected.Keypoints is { } points)
        {
            Assert.Equal(points.LeftEye, new FacePoint(face.Keypoints[0], face.Keypoints[1]));
            Assert.Equal(points.Mouth, new FacePoint(face.Keypoints[6], face.Keypoints[7]));
            Assert.Equal(points.RightEar, new FacePoint(face.Keypoints[10], face.Keypoints[11]));
        }
    }
}

public sealed class ManagedRecognitionTests() : RecognitionTests(() => new ManagedApi());

public sealed class PublishedRecognitionTests() : RecognitionTests(() => new PublishedApi());
