using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Mien.Networks.Tests;

/// <summary>
/// The normalisation of images, in ONNX Runtime and as the loops that training uses, against plain formulas on gray
/// values.
/// </summary>
public class NormalisationTests
{
    public static TheoryData<float, float> Inputs =>
        new()
        {
            { 1f / 255, 0 },
            { 2f / 255, -1 },
            { -1f / 64, 2 },
            { 1, 0 },
        };

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Mean_and_deviation_equal_the_formula(float scale, float offset)
    {
        var normalisation = new MeanDeviationNormalisation(scale, offset) { Mean = 120, Deviation = 40 };
        double[][] images = Images(7, 5);
        AssertEqual(normalisation, 7, 5, images, [.. images.Select(i => MeanDeviation(i, 120, 40))]);
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Percentiles_equal_the_formula(float scale, float offset)
    {
        foreach ((float low, float high) in new[] { (1f, 99f), (0.5f, 98f), (0f, 100f), (10f, 30f), (25f, 100f) })
        {
            var normalisation = new PercentileNormalisation(scale, offset) { Low = low, High = high };
            double[][] images = Images(7, 5);
            AssertEqual(normalisation, 7, 5, images, [.. images.Select(i => Stretched(i, low, high))]);
        }
    }

    [Fact]
    public void By_default_the_targets_are_those_of_FER2013_and_an_image_of_four_pixels_is_computed_by_hand()
    {
        // Mean 75, deviation √3125 = 55.9017; percentiles at places 0.0075 and 2.9925: 0.375 and 149.625.
        double[] image = [0, 50, 100, 150];
        double gain = 54 / 55.90170;
        AssertEqual(
            new MeanDeviationNormalisation(1, 0),
            2,
            2,
            [image],
            [
                [129 - (75 * gain), 129 - (25 * gain), 129 + (25 * gain), 129 + (75 * gain)],
            ]
        );
        AssertEqual(
            new PercentileNormalisation(1, 0),
            2,
            2,
            [image],
            [
                [0, 255 * 49.625 / 149.25, 255 * 99.625 / 149.25, 255],
            ]
        );
    }

    [Fact]
    public void A_flat_image_and_a_single_pixel_become_uniform()
    {
        foreach ((int width, int height) in new[] { (6, 6), (1, 1) })
        {
            foreach (double gray in (double[])[0, 1, 100, 255])
            {
                double[] flat = [.. Enumerable.Repeat(gray, width * height)];
                double[] mean = [.. flat.Select(_ => 129.0)];
                double[] black = [.. flat.Select(_ => 0.0)];
                AssertEqual(new MeanDeviationNormalisation(1f / 255, 0), width, height, [flat], [mean]);
                AssertEqual(new PercentileNormalisation(1f / 255, 0), width, height, [flat], [black]);
            }
        }
    }

    [Fact]
    public void The_noise_of_an_image_without_contrast_is_amplified_only_up_to_the_limit()
    {
        // One of 36 pixels differs by 1: deviation 0.16, so the gain is 54 and not 329; the range is 4 and not 1.
        double[] image = [.. Enumerable.Repeat(7.0, 36)];
        image[20] = 8;
        AssertEqual(
            new MeanDeviationNormalisation(1f / 255, 0),
            6,
            6,
            [image],
            [
                [.. image.Select(p => 129 + (54 / MeanDeviationNormalisation.MinDeviation * (p - image.Average())))],
            ]
        );
        AssertEqual(
            new PercentileNormalisation(1f / 255, 0) { Low = 0, High = 100 },
            6,
            6,
            [image],
            [
                [.. image.Select(p => 255 * (p - 7) / PercentileNormalisation.MinRange)],
            ]
        );
    }

    [Fact]
    public void Darker_images_become_the_same_and_each_image_of_a_batch_is_normalised_on_its_own()
    {
        double[] face = Images(9, 9)[0];
        double[][] images = [face, [.. face.Select(p => p * 0.3)], [.. face.Select(p => (p * 0.5) + 100)]];
        foreach (
            InputNormalisation normalisation in (InputNormalisation[])
                [new MeanDeviationNormalisation(1f / 255, 0), new PercentileNormalisation(1f / 255, 0)]
        )
        {
            float[] together = Run(normalisation, 9, 9, images, optimise: true);
            float[] first = together[..81];
            Check.All(
                together.Chunk(81),
                one => OnnxModel.AssertClose([.. first.Select(v => (double)v)], one, 0, 1e-4)
            );
            Assert.Equal(Run(normalisation, 9, 9, [face], optimise: true), first);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_normalised_network_is_the_network_on_normalised_images(bool percentiles)
    {
        NetworkGraph graph = Twice();
        InputNormalisation normalisation = Of(percentiles);
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 1);
        float[] images = OnnxModel.RandomImages(graph, 3, 2);
        using InferenceSession session = OnnxModel.Open(
            OnnxModel.Export(graph, weights, new OnnxExportOptions { Normalisation = normalisation })
        );
        float[] actual = OnnxModel.Run(session, graph, images);

        double[] expected =
        [
            .. images
                .Chunk((int)graph.Input.Elements)
                .SelectMany(image =>
                {
                    normalisation.Apply(image);
                    return ReferenceNetwork.Run(graph, weights, image);
                }),
        ];
        OnnxModel.AssertClose(expected, actual, 1e-3, 1e-4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_exists_is_normalised_like_an_export_and_back(bool percentiles)
    {
        NetworkGraph graph = Twice();
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 1);
        byte[] plain = OnnxModel.Export(graph, weights);
        byte[] exported = OnnxModel.Export(graph, weights, new OnnxExportOptions { Normalisation = Of(percentiles) });
        byte[] normalised = Replace(plain, graph, Of(percentiles));

        using InferenceSession first = OnnxModel.Open(exported);
        using InferenceSession second = OnnxModel.Open(normalised);
        float[] images = OnnxModel.RandomImages(graph, 2, 2);
        Assert.Equal(OnnxModel.Run(first, graph, images), OnnxModel.Run(second, graph, images));
        Assert.Equal(normalised, Replace(Replace(plain, graph, Of(!percentiles)), graph, Of(percentiles)));
        Assert.Equal(plain, Replace(normalised, graph, null));
        Assert.Equal(plain, Replace(plain, graph, null));
    }

    [Fact]
    public void Metadata_is_added_or_replaced_and_unknown_fields_are_kept()
    {
        NetworkGraph graph = Twice();
        ModelProto before = ModelProto.Parser.ParseFrom(
            OnnxModel.Export(
                graph,
                OnnxModel.RandomWeights(graph, 1),
                new OnnxExportOptions
                {
                    Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" },
                }
            )
        );
        // Field 6, doc_string of the model, which the exporter never writes.
        byte[] model = [.. Bytes(before), 6 << 3 | 2, 3, (byte)'a', (byte)'b', (byte)'c'];
        byte[] after = OnnxNormalisation.Replace(
            model,
            "x.onnx",
            "image",
            (int)graph.Input.Elements,
            Of(true),
            new Dictionary<string, string> { ["b"] = "3", ["c"] = "4" }
        );

        Assert.Equal(
            [("a", "1"), ("b", "3"), ("c", "4")],
            ModelProto.Parser.ParseFrom(after).MetadataProps.Select(m => (m.Key, m.Value))
        );
        Assert.True(after.AsSpan().IndexOf("\u0003abc"u8) > 0);
    }

    [Fact]
    public void A_model_that_cannot_be_normalised_is_an_error_with_its_reason()
    {
        Assert.Contains(
            "x.onnx: not an ONNX model: ",
            Error("This is no model."u8.ToArray()),
            StringComparison.Ordinal
        );
        Assert.Contains("x.onnx: not an ONNX model: it has no graph.", Error([]), StringComparison.Ordinal);
        Assert.Contains(
            "its graph has no input 'image'; it has 'picture'. Expected a model that mien-lab wrote.",
            Error(new OnnxBuilder().Input("picture", -1, 1, 2, 2).Build()),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "its node '' (Loop) contains a graph, which may use the image directly.",
            Error(Through(2, 2).Node("Loop", ["image"], "x").Build()),
            StringComparison.Ordinal
        );

        ModelProto old = ModelProto.Parser.ParseFrom(Through(2, 2).Build());
        old.OpsetImport[0].Version = 10;
        Assert.Contains(
            "it uses version 10 of ONNX's operators, expected 11 or later.",
            Error(Bytes(old)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "takes 3 channels, expected 1: only gray images can be normalised.",
            Assert
                .Throws<NetworkException>(() =>
                {
                    NetworkGraph colour = Networks.Layers(
                        """{ "type": "globalAveragePool" }, { "type": "dense", "units": 3 }""",
                        channels: 3
                    );
                    OnnxModel.Export(
                        colour,
                        OnnxModel.RandomWeights(colour, 1),
                        new OnnxExportOptions { Normalisation = Of(false) }
                    );
                })
                .Message,
            StringComparison.Ordinal
        );

        static string Error(byte[] model) =>
            Assert
                .Throws<NetworkException>(() =>
                    OnnxNormalisation.Replace(model, "x.onnx", "image", 4, Of(true), new Dictionary<string, string>())
                )
                .Message;
    }

    public static TheoryData<object, string> Invalid =>
        new()
        {
            {
                new MeanDeviationNormalisation(1, 0) { Deviation = 0 },
                "to mean 129 and deviation 0, expected gray"
            },
            {
                new MeanDeviationNormalisation(1, 0) { Mean = 256 },
                "to mean 256 and deviation 54, expected gray"
            },
            {
                new PercentileNormalisation(1, 0) { Low = 99.75f },
                "between the percentiles 99.75 and 99.75, expected two"
            },
            {
                new PercentileNormalisation(1, 0) { High = 101 },
                "between the percentiles 0.25 and 101, expected two"
            },
            { new PercentileNormalisation(0, 0), "scale 0 and offset 0, expected finite numbers and a scale" },
        };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Parameters_out_of_range_are_an_error(object normalisation, string message) =>
        Assert.Contains(
            message,
            Assert
                .Throws<NetworkException>(() =>
                    Run(
                        (InputNormalisation)normalisation,
                        2,
                        2,
                        [
                            [1, 2, 3, 4],
                        ],
                        true
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    /// <summary>A network that uses its image in two places.</summary>
    private static NetworkGraph Twice() =>
        Networks.Layers(
            """
            { "type": "conv", "name": "a", "filters": 1 }, { "type": "add", "inputs": ["a", "input"] },
            { "type": "relu" }, { "type": "conv", "filters": 4 }, { "type": "globalAveragePool" },
            { "type": "dense", "units": 5 }
            """,
            height: 9,
            width: 7
        );

    private static InputNormalisation Of(bool percentiles) =>
        percentiles ? new PercentileNormalisation(1f / 255, 0) : new MeanDeviationNormalisation(1f / 255, 0);

    private static double[] MeanDeviation(double[] image, double mean, double deviation)
    {
        double m = image.Sum() / image.Length;
        double s = Math.Sqrt(image.Sum(p => (p - m) * (p - m)) / image.Length);
        return [.. image.Select(p => ((p - m) / s * deviation) + mean)];
    }

    private static double[] Stretched(double[] image, double low, double high)
    {
        double[] sorted = [.. image.Order()];
        double from = At(low);
        double to = At(high);
        double range = Math.Max(to - from, PercentileNormalisation.MinRange);
        return [.. image.Select(p => 255 * Math.Clamp((p - from) / range, 0, 1))];

        double At(double percent)
        {
            double place = percent / 100 * (sorted.Length - 1);
            double below = sorted[(int)Math.Floor(place)];
            return below + ((place - Math.Floor(place)) * (sorted[(int)Math.Ceiling(place)] - below));
        }
    }

    /// <summary>Random gray values of four images with different brightness and contrast.</summary>
    private static double[][] Images(int width, int height)
    {
        var random = new Random(5);
        return
        [
            .. new[] { (0, 256), (0, 13), (100, 60), (200, 56) }.Select(range =>
                Enumerable
                    .Range(0, width * height)
                    .Select(_ => (double)random.Next(range.Item1, range.Item1 + range.Item2))
                    .ToArray()
            ),
        ];
    }

    /// <summary>Compares with gray values, to a hundredth of one: in ONNX Runtime, and with the loops.</summary>
    private static void AssertEqual(
        InputNormalisation normalisation,
        int width,
        int height,
        double[][] images,
        double[][] expected
    )
    {
        foreach (bool optimise in (bool[])[true, false])
        {
            AssertGray(normalisation, Run(normalisation, width, height, images, optimise), expected);
        }

        float[][] inputs = [.. images.Select(i => AsInputs(normalisation, i))];
        Array.ForEach(inputs, i => normalisation.Apply(i));
        AssertGray(normalisation, [.. inputs.SelectMany(i => i)], expected);
    }

    private static void AssertGray(InputNormalisation normalisation, float[] actual, double[][] expected) =>
        OnnxModel.AssertClose(
            [.. expected.SelectMany(i => i)],
            [.. actual.Select(v => (v - normalisation.Offset) / normalisation.Scale)],
            0,
            0.01
        );

    private static float[] AsInputs(InputNormalisation n, double[] image) =>
        [.. image.Select(p => (float)((p * n.Scale) + n.Offset))];

    /// <summary>Runs a graph that only normalises and flattens.</summary>
    private static float[] Run(
        InputNormalisation normalisation,
        int width,
        int height,
        double[][] images,
        bool optimise
    )
    {
        byte[] model = OnnxNormalisation.Replace(
            Through(width, height).Build(),
            "test.onnx",
            "image",
            width * height,
            normalisation,
            new Dictionary<string, string>()
        );
        using InferenceSession session = OnnxModel.Open(model, optimise);
        var tensor = new DenseTensor<float>(
            images.SelectMany(i => AsInputs(normalisation, i)).ToArray(),
            [images.Length, 1, height, width]
        );
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run([
            NamedOnnxValue.CreateFromTensor("image", tensor),
        ]);
        return [.. results.Single().AsTensor<float>()];
    }

    private static OnnxBuilder Through(int width, int height) =>
        new OnnxBuilder()
            .Input("image", -1, 1, height, width)
            .Output("logits", -1, width * height)
            .Node("Flatten", ["image"], "logits", ("axis", 1L));

    private static byte[] Replace(byte[] model, NetworkGraph graph, InputNormalisation? normalisation) =>
        OnnxNormalisation.Replace(
            model,
            "x.onnx",
            "image",
            (int)graph.Input.Elements,
            normalisation,
            new Dictionary<string, string>()
        );

    private static byte[] Bytes(ModelProto model) => Google.Protobuf.MessageExtensions.ToByteArray(model);
}
