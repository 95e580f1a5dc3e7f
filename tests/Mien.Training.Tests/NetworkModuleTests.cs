using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.ML.OnnxRuntime;
using Mien.Data;
using Mien.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Mien.Training.Tests;

public class NetworkModuleTests
{
    public static TheoryData<string> Registered => [.. RegisteredNetworks.Names];

    [Theory]
    [MemberData(nameof(Registered))]
    public void A_registered_network_computes_the_same_in_TorchSharp_and_ONNX_Runtime(string name) =>
        AssertParity(NetworkGraph.Build(RegisteredNetworks.Get(name)), 1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_layer_type_computes_the_same_in_TorchSharp_and_ONNX_Runtime(int seed)
    {
        foreach (
            JsonDerivedTypeAttribute type in Check.NotEmpty(
                typeof(LayerDescription).GetCustomAttributes<JsonDerivedTypeAttribute>()
            )
        )
        {
            Assert.Contains($"\"type\": \"{type.TypeDiscriminator}\"", EveryLayer.Json, StringComparison.Ordinal);
        }

        AssertParity(EveryLayer.Graph(), seed);
    }

    [Theory]
    [MemberData(nameof(Registered))]
    public void Gradients_reach_every_parameter_of_a_registered_network(string name) =>
        AssertGradients(NetworkGraph.Build(RegisteredNetworks.Get(name)));

    [Fact]
    public void Gradients_reach_every_parameter_of_every_layer_type() => AssertGradients(EveryLayer.Graph());

    [Theory]
    [MemberData(nameof(Registered))]
    public void A_registered_network_has_the_parameters_of_its_graph_and_finite_logits(string name)
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get(name));
        using DisposeScope scope = NewDisposeScope();
        using var module = new NetworkModule(graph, 1);
        Assert.Equal(graph.TrainableParameters, module.parameters().Sum(p => p.numel()));
        Assert.Equal(graph.TrainableParameters, module.Trained.Values.Sum(p => p.numel()));
        Assert.Equal(graph.Parameters, module.State.Sum(p => p.Value.numel()));
        Check.All(module.Trained.Values, p => Assert.True(p.requires_grad));
        Check.All(module.Statistics.Values, p => Assert.False(p.requires_grad));

        foreach (bool training in (bool[])[true, false])
        {
            module.train(training);
            float[] images = OnnxModel.RandomImages(graph, 2, 3);
            Tensor logits = module.forward(
                tensor(images, [2, graph.Input.Channels, graph.Input.Height, graph.Input.Width])
            );
            Assert.Equal([2, Expressions.Count], logits.shape);
            Check.All(logits.detach().data<float>().ToArray(), v => Assert.True(float.IsFinite(v)));
        }
    }

    [Theory]
    [InlineData(false, 24)]
    [InlineData(false, 32)]
    [InlineData(true, 24)]
    [InlineData(true, 32)]
    public void Convolutions_read_no_uninitialised_memory(bool half, int filters)
    {
        // Channels that do not fill a block of 16: before, after and on both sides; one channel; strides and padding.
        NetworkGraph graph = Made.Graph(
            $$"""
            { "type": "conv", "filters": {{filters}} }, { "type": "conv", "filters": 5, "kernel": 5, "stride": 2 },
            { "type": "conv", "filters": 16 }, { "type": "conv", "filters": 20, "padding": "sameUpper" },
            { "type": "conv", "filters": 12, "groups": 2 }, { "type": "conv", "filters": 1 },
            { "type": "conv", "filters": 7, "kernel": 1 }, { "type": "globalAveragePool" },
            { "type": "dense", "units": 7 }
            """,
            12
        );
        using var module = new NetworkModule(graph, 1)
        {
            Precision = half ? TrainingPrecision.Bfloat16 : TrainingPrecision.Single,
        };
        module.train();
        for (int i = 0; i < 5; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor images = tensor(OnnxModel.RandomImages(graph, 4, i), [4, 1, 12, 12]);
            module.zero_grad();
            LeaveNaNs();
            Tensor logits = module.forward(images);
            Check.All(logits.detach().data<float>().ToArray(), v => Assert.True(float.IsFinite(v)));
            LeaveNaNs();
            logits.sum().backward();
            foreach ((string name, Parameter parameter) in module.Trained)
            {
                Assert.True(parameter.grad!.isfinite().all().item<bool>(), name);
            }
        }

        static void LeaveNaNs()
        {
            // Freed memory is handed out again without being cleared.
            Tensor[] tensors =
            [
                .. Enumerable.Range(4, 13).SelectMany(bits => Enumerable.Repeat(1L << bits, 8)).Select(NaNs),
                .. Enumerable.Range(1, 16).SelectMany(k => Enumerable.Repeat(k * 4 * 144L, 4)).Select(NaNs),
                .. Enumerable.Range(1, 16).SelectMany(k => Enumerable.Repeat(k * 4 * 36L, 4)).Select(NaNs),
            ];
            foreach (Tensor t in tensors)
            {
                t.Dispose();
            }
        }

        static Tensor NaNs(long count) => full([count], float.NaN);
    }

    [Fact]
    public void The_initial_weights_depend_only_on_the_seed()
    {
        NetworkGraph graph = Made.Graph();
        float[] Weights(long seed, long global)
        {
            manual_seed(global);
            using var module = new NetworkModule(graph, seed);
            NetworkWeights weights = module.ToWeights();
            Check.All(weights["conv1.bias"], b => Assert.Equal(0, b));
            Check.All(weights["batchNorm1.weight"], w => Assert.Equal(1, w));
            return weights["conv1.weight"];
        }

        Assert.Equal(Weights(5, 1), Weights(5, 2));
        Assert.NotEqual(Weights(5, 1), Weights(6, 1));
    }

    [Fact]
    public void Weights_are_copied_out_and_in_unchanged()
    {
        NetworkGraph graph = EveryLayer.Graph();
        NetworkWeights given = OnnxModel.RandomWeights(graph, 4);
        using var module = new NetworkModule(graph, 1);
        module.Load(given);
        NetworkWeights back = module.ToWeights();
        Assert.Equal(given.Names.Order(), back.Names.Order());
        Check.All(given.Names, n => Assert.Equal(given[n], back[n]));

        float before = back["stem.weight"][0];
        back["stem.weight"][0]++;
        Assert.Equal(before, module.ToWeights()["stem.weight"][0]);
    }

    [Fact]
    public void Weights_of_another_network_are_rejected_by_name()
    {
        using var module = new NetworkModule(Made.Graph(), 1);
        var error = Assert.Throws<NetworkException>(() => module.Load(OnnxModel.RandomWeights(EveryLayer.Graph(), 1)));
        Assert.Equal(
            "Network 'test', layer 'conv1': 'conv1.weight' has 216 values, expected 36 values (4×1×3×3). They "
                + "belong to another network.",
            error.Message
        );
    }

    [Fact]
    public void A_module_outlives_the_scope_that_it_was_created_in()
    {
        NetworkModule module;
        using (NewDisposeScope())
        {
            module = new NetworkModule(Made.Graph(), 1);
        }

        Check.All(module.State, p => Assert.False(p.Value.IsInvalid, p.Key));
        Assert.Equal(36, module.ToWeights()["conv1.weight"].Distinct().Count());
        module.Dispose();
        Check.All(module.State, p => Assert.True(p.Value.IsInvalid, p.Key));
    }

    [Fact]
    public void A_forward_pass_does_not_change_its_input_and_is_repeatable()
    {
        // The ReLU after the image must not overwrite it, and the one after conv1 must not overwrite what the sum still
        // needs.
        NetworkGraph graph = Made.Graph(
            """
            { "type": "relu" }, { "type": "conv", "filters": 3 }, { "type": "relu" },
              { "type": "add", "inputs": ["conv1", "relu2"] }, { "type": "flatten" }, { "type": "dense", "units": 7 }
            """
        );
        using DisposeScope scope = NewDisposeScope();
        using var module = new NetworkModule(graph, 1);
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 1);
        module.Load(weights);
        float[] pixels = [.. OnnxModel.RandomImages(graph, 2, 1).Select(p => p - 0.5f)];
        Tensor input = tensor(pixels, [2, 1, 8, 8]);
        using IDisposable quiet = no_grad();
        float[] first = module.forward(input).data<float>().ToArray();
        Assert.Equal(pixels, input.data<float>().ToArray());
        Assert.Equal(first, module.forward(input).data<float>().ToArray());
        OnnxModel.AssertClose(
            [.. pixels.Chunk(64).SelectMany(p => ReferenceNetwork.Run(graph, weights, p))],
            first,
            1e-4,
            1e-5
        );
    }

    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(16)]
    public void Other_input_sizes_work_in_networks_that_flatten(int side)
    {
        using DisposeScope scope = NewDisposeScope();
        using var module = new NetworkModule(Made.Graph(side: 12), 1);
        Assert.Equal([3, 7], module.forward(rand([3, 1, side, side])).shape);
    }

    [Theory]
    [InlineData("MeanDeviation")]
    [InlineData("Percentiles")]
    public void A_module_on_normalised_inputs_computes_what_the_normalised_model_does(string kind)
    {
        FaceDataset data = Made.Data(4, 0, side: 40);
        data.Pixels.AsSpan(0, 1600).Fill(77); // a flat image, and a dark one
        foreach (ref byte pixel in data.Pixels.AsSpan(1600, 1600))
        {
            pixel /= 20;
        }

        TrainingRecipe recipe = Made.Bare with { CropNormalisation = Enum.Parse<CropNormalisationKind>(kind) };
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get("tiny"));
        NetworkWeights weights = OnnxModel.RandomWeights(graph, 1);
        (float scale, float offset) = PixelInput.Of(PixelScaling.Signed, data);
        using InferenceSession session = OnnxModel.Open(
            OnnxModel.Export(
                graph,
                weights,
                new OnnxExportOptions
                {
                    Normalisation = CropNormaliser.Of(CropNormaliser.Of(recipe.CropNormalisation), scale, offset),
                }
            )
        );
        float[] plain = [.. data.Pixels.Select(p => (p * scale) + offset)];

        float[] normalised = new float[plain.Length];
        var augmenter = new Augmenter(recipe, data, scale, offset);
        for (int i = 0; i < data.Count; i++)
        {
            augmenter.WriteUnchanged(i, 40, 40, normalised.AsSpan(i * 1600, 1600));
        }

        using DisposeScope scope = NewDisposeScope();
        using var module = new NetworkModule(graph, 1);
        module.Load(weights);
        module.eval();
        using IDisposable quiet = no_grad();
        float[] logits = module.forward(tensor(normalised, [data.Count, 1, 40, 40])).data<float>().ToArray();
        OnnxModel.AssertClose([.. logits.Select(v => (double)v)], OnnxModel.Run(session, graph, plain), 1e-3, 1e-4);
        Assert.NotEqual(plain, normalised);
    }

    private static void AssertParity(NetworkGraph graph, int seed)
    {
        NetworkWeights weights = OnnxModel.RandomWeights(graph, seed);
        using InferenceSession session = OnnxModel.Open(OnnxModel.Export(graph, weights));
        using var module = new NetworkModule(graph, 1);
        module.Load(weights);
        module.eval();
        using IDisposable quiet = no_grad();
        foreach (int count in (int[])[1, 3])
        {
            using DisposeScope scope = NewDisposeScope();
            float[] images = OnnxModel.RandomImages(graph, count, seed + count);
            float[] torch = module
                .forward(tensor(images, [count, graph.Input.Channels, graph.Input.Height, graph.Input.Width]))
                .data<float>()
                .ToArray();
            OnnxModel.AssertClose([.. torch.Select(v => (double)v)], OnnxModel.Run(session, graph, images), 1e-3, 1e-4);
            // Networks with the same output for all images would agree even if everything before the last bias
            // differed.
            Assert.True(count == 1 || torch.Chunk(graph.Outputs).Select(row => row[0]).Distinct().Count() == count);
        }
    }

    private static void AssertGradients(NetworkGraph graph)
    {
        using DisposeScope scope = NewDisposeScope();
        using var module = new NetworkModule(graph, 3);
        module.train();
        const int Count = 3;
        Tensor images = tensor(
            OnnxModel.RandomImages(graph, Count, 1),
            [Count, graph.Input.Channels, graph.Input.Height, graph.Input.Width]
        );
        manual_seed(1);
        nn.functional.cross_entropy(module.forward(images), tensor(new long[] { 0, 3, 6 })).backward();
        foreach ((string name, Parameter parameter) in module.Trained)
        {
            Tensor? gradient = parameter.grad;
            Assert.True(gradient is not null, $"No gradient reached {name}.");
            float[] values = gradient.data<float>().ToArray();
            Check.All(values, v => Assert.True(float.IsFinite(v), $"The gradient of {name} is {v}."));
            // A batch norm subtracts what a bias directly before it adds, so the gradient of that bias is only
            // rounding.
            Assert.True(values.Any(v => v != 0) || IsCancelled(graph, name), $"The gradient of {name} is 0.");
        }
    }

    private static bool IsCancelled(NetworkGraph graph, string parameter)
    {
        string[] parts = parameter.Split('.');
        int index = Enumerable.Range(0, graph.Nodes.Count).First(i => graph.Nodes[i].Name == parts[0]);
        return parts[1] == "bias" && graph.Nodes.Any(n => n.Operator is BatchNormOperator && n.Inputs.Contains(index));
    }
}
