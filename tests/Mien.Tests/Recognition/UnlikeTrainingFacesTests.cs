using System.Text;
using System.Text.Json;

namespace Mien.Tests;

/// <summary>Faces that are unlike those that a model was adapted to.</summary>
public sealed class UnlikeTrainingFacesTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly FaceExpressionRecognizer recognizer;

    public UnlikeTrainingFacesTests() =>
        recognizer = FaceExpressionRecognizer.Create(
            new RecognizerOptions { Model = GuardedModel.Write(folder["guarded.onnx"]) }
        );

    public void Dispose()
    {
        recognizer.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(60, false)]
    [InlineData(180, false)]
    [InlineData(200, true)]
    public void A_face_crop_beyond_the_threshold_is_uncertain(int gray, bool unlike)
    {
        RecognizedFace face = recognizer.Recognize(Picture((byte)gray)).Faces.Single();
        Assert.Equal(unlike ? [UncertainReason.UnlikeTrainingFaces] : [], face.UncertainReasons);
        Assert.Equal(unlike, face.IsUncertain);
        Assert.Equal(gray > 127 ? "bright" : "dark", face.Label);
    }

    [Theory]
    [InlineData(60, false)]
    [InlineData(220, true)]
    public void So_is_a_face_in_a_given_box(int gray, bool unlike)
    {
        RecognizedFace face = recognizer
            .Recognize(
                Picture((byte)gray, 300),
                options: new RecognitionOptions { Boxes = [new FaceBox(50, 50, 100, 100)] }
            )
            .Faces.Single();
        Assert.Equal(unlike, face.UncertainReasons.Contains(UncertainReason.UnlikeTrainingFaces));
        // The last of the reasons, in the order of the enum.
        Assert.Equal(face.UncertainReasons.Order(), face.UncertainReasons);
    }

    [Fact]
    public void Crops_of_several_callers_get_their_own_reasons_in_one_run()
    {
        byte[][] files = [.. new byte[] { 60, 220, 100, 240 }.Select(g => Picture(g))];
        PreparedCrop[] crops =
        [
            .. files.Select(f => recognizer.PrepareCrop(f, null, new RecognitionOptions { IsFaceCrop = true })!),
        ];
        Assert.Equal(
            [false, true, false, true],
            recognizer
                .RecognizeCrops(crops)
                .Select(r => r.Faces[0].UncertainReasons.Contains(UncertainReason.UnlikeTrainingFaces))
        );
    }

    [Fact]
    public void The_reason_has_its_name_in_JSON_and_a_text()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            RecognitionJson.Write(json, recognizer.Recognize(Picture(220)));
        }

        Assert.Contains(
            "\"uncertainReason\":[\"unlikeTrainingFaces\"]",
            Encoding.UTF8.GetString(stream.ToArray()),
            StringComparison.Ordinal
        );
        Assert.Equal("unlike the training faces", Uncertainty.Text([UncertainReason.UnlikeTrainingFaces]));
    }

    [Fact]
    public void A_model_without_a_guard_never_gives_the_reason()
    {
        using var plain = FaceExpressionRecognizer.Create(
            new RecognizerOptions { Model = BrightnessModel.Write(folder["plain.onnx"]) }
        );
        Assert.DoesNotContain(
            UncertainReason.UnlikeTrainingFaces,
            plain.Recognize(Picture(220)).Faces.Single().UncertainReasons
        );
    }

    /// <summary>A PNG file of that mean brightness, with contrast.</summary>
    private static byte[] Picture(byte gray, int size = BrightnessModel.Size)
    {
        byte[] pixels = new byte[size * size];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(gray + ((i / size / 4 % 2) == 0 ? 10 : -10));
        }

        return new GrayImage(size, size, pixels).EncodePng();
    }
}
