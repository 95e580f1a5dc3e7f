using SkiaSharp;

namespace Mien.TfLite.Tests;

/// <summary>
/// The two networks of MediaPipe, converted, against the originals in TensorFlow Lite, on the group photos and their
/// marked faces.
/// </summary>
public sealed class MediaPipeTests
{
    private const int Side = 192;

    private static readonly string Folder = Testing.Repository.PathOf("src/Mien/obj/mediapipe");
    private static readonly string Packages = Path.Combine(Folder, "node_modules", "@mediapipe");

    [Fact]
    public void The_build_converted_both_networks()
    {
        Assert.Equal(
            TfLiteConverter.Convert(FullRange()),
            File.ReadAllBytes(Path.Combine(Folder, "face_detection_full_range.onnx"))
        );
        Assert.Equal(
            TfLiteConverter.Convert(FaceMesh()),
            File.ReadAllBytes(Path.Combine(Folder, "face_landmark.onnx"))
        );
    }

    [Fact]
    public void The_networks_have_the_inputs_and_outputs_of_the_originals()
    {
        using Converted detector = Converted.Of(FullRange());
        using Converted mesh = Converted.Of(FaceMesh());

        Assert.Equal(["input: 1,192,192,3"], Describe(detector.Inputs));
        Assert.Equal(
            ["reshaped_classifier_face_4: 1,2304,1", "reshaped_regressor_face_4: 1,2304,16"],
            Describe(detector.Outputs)
        );
        Assert.Equal(["input_1: 1,192,192,3"], Describe(mesh.Inputs));
        Assert.Equal(["conv2d_21: 1,1,1,1404", "conv2d_31: 1,1,1,1"], Describe(mesh.Outputs));

        static IEnumerable<string> Describe(
            IReadOnlyDictionary<string, Microsoft.ML.OnnxRuntime.NodeMetadata> values
        ) => values.Select(v => $"{v.Key}: {string.Join(',', v.Value.Dimensions)}").Order(StringComparer.Ordinal);
    }

    [Fact]
    public void The_networks_give_what_the_originals_give_on_photos()
    {
        var photos = new List<float>();
        var faces = new List<float>();
        foreach (MarkedPhoto photo in Photos())
        {
            using Picture picture = Picture.Load(photo);
            float longer = Math.Max(picture.Width, picture.Height);
            photos.AddRange(Sample(picture.Bitmap, 0, 0, longer).Select(v => (v * 2) - 1));
            foreach (MarkedFace face in picture.Faces)
            {
                float side = 1.5f * Math.Max(face.Box.Width, face.Box.Height);
                FacePoint centre = face.Box.Center;
                faces.AddRange(Sample(picture.Bitmap, centre.X - (side / 2), centre.Y - (side / 2), side));
            }
        }

        (ReadOnlyMemory<byte>, float[])[] runs =
        [
            (FullRange(), [.. photos]),
            (FaceMesh(), [.. faces]),
            (FullRange(), MadeCases.Random(8, Side, Side, 3)),
            (FaceMesh(), MadeCases.Random(9, Side, Side, 3)),
        ];
        float[][] expected = TensorFlowLite.Run(runs);

        Assert.Equal((6 * 2304 * 17, 22 * 1405), (expected[0].Length, expected[1].Length));
        foreach (((ReadOnlyMemory<byte> file, float[] inputs), float[] outputs) in runs.Zip(expected))
        {
            using Converted network = Converted.Of(file);
            float[] actual = network.Run(inputs);
            float worst = actual.Zip(outputs, (a, b) => Math.Abs(a - b) / (1 + Math.Abs(b))).Max();
            TestContext.Current.TestOutputHelper?.WriteLine($"{inputs.Length}: {worst}");
            OnnxModel.AssertClose([.. outputs.Select(v => (double)v)], actual, 1e-3, 1e-3);
        }

        // The presence of a face is the last value of each run of the mesh, as a logit.
        Check.All(
            Enumerable.Range(0, 22).Select(i => expected[1][(i * 1405) + 1404]),
            presence => Assert.InRange(presence, 0, 100)
        );
    }

    private static ReadOnlyMemory<byte> FullRange() =>
        File.ReadAllBytes(Path.Combine(Packages, "face_detection", "face_detection_full_range.tflite"));

    private static ReadOnlyMemory<byte> FaceMesh()
    {
        string assets = Path.Combine(Packages, "face_mesh", "face_mesh_solution_packed_assets");
        return PackedAssets.Read(
            File.ReadAllBytes(assets + ".data"),
            File.ReadAllText(assets + "_loader.js"),
            "face_landmark.tflite"
        );
    }

    private static IReadOnlyList<MarkedPhoto> Photos()
    {
        if (PhotoMarks.Find(out string problem) is { } photos)
        {
            return Check.NotEmpty(photos);
        }

        Requirements.Missing(Requirements.Photos, problem);
        return [];
    }

    /// <summary>Reads a square as values of 0 to 1, the nearest pixel each; black outside the picture.</summary>
    private static IEnumerable<float> Sample(SKBitmap bitmap, float left, float top, float side)
    {
        for (int i = 0; i < Side * Side; i++)
        {
            int x = (int)MathF.Floor(left + ((i % Side) + 0.5f) * side / Side);
            int y = (int)MathF.Floor(top + ((i / Side) + 0.5f) * side / Side);
            bool isInside = x >= 0 && y >= 0 && x < bitmap.Width && y < bitmap.Height;
            SKColor colour = isInside ? bitmap.GetPixel(x, y) : SKColors.Black;
            yield return colour.Red / 255f;
            yield return colour.Green / 255f;
            yield return colour.Blue / 255f;
        }
    }
}
