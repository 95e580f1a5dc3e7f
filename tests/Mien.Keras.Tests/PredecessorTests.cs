using Mien.Networks;

namespace Mien.Keras.Tests;

public sealed class PredecessorTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false, "softmax")]
    [InlineData(false, "sigmoid")]
    [InlineData(true, "softmax")]
    public void The_predecessors_networks_equal_plain_loops(bool deep, string end)
    {
        KerasModel imported = Imported.AssertSame(
            MadeModels.Predecessor(deep, end),
            folder["model.h5"],
            images: deep ? 1 : 2
        );

        NetworkGraph registered = NetworkGraph.Build(RegisteredNetworks.Get(deep ? "deep" : "shallow"));
        NetworkGraph graph = NetworkGraph.Build(imported.Network);
        Assert.Equal(registered.Parameters, graph.Parameters);
        Assert.Equal(registered.Macs, graph.Macs);
        Assert.Equal(registered.Nodes.Select(n => n.Operator.GetType()), graph.Nodes.Select(n => n.Operator.GetType()));
        Assert.Equal(
            (end == "softmax" ? KerasFinalActivation.Softmax : KerasFinalActivation.Sigmoid, "2.2.4", "tensorflow"),
            (imported.FinalActivation, imported.KerasVersion, imported.Backend)
        );
        Assert.Equal(
            ("model", 1, deep ? 30 : 16),
            (imported.Network.Name, imported.InputChannels, imported.LayerCount)
        );
        Assert.Empty(imported.Notes);
        Assert.Null(imported.Rescaling);
    }

    [Fact]
    public void Structure_and_weights_may_be_in_two_files()
    {
        MadeModel made = MadeModels.Predecessor(deep: false);
        string structure = folder.Write("modèle.json", KerasWriter.Structure(made).ToJsonString());
        KerasWriter.Save(made, folder["weights.h5"], new KerasForm { WeightsOnly = true });
        KerasModel imported = KerasImporter.Load(structure, folder["weights.h5"]);

        Imported.AssertSame(made, imported);
        Assert.Equal(("weights", "2.2.4"), (imported.Network.Name, imported.KerasVersion));
    }

    [Fact]
    public void A_softmax_at_the_end_gives_logits_and_sigmoids_give_probabilities()
    {
        KerasWriter.Save(MadeModels.Sequential("Flatten"), folder["softmax.h5"]);
        MadeModel sigmoid = new(4, 4);
        sigmoid.Add("Flatten");
        sigmoid.Add("Dense", """{ "units": 7, "activation": "sigmoid" }""");
        KerasWriter.Save(sigmoid, folder["sigmoid.h5"]);
        MadeModel none = new(4, 4);
        none.Add("Flatten");
        none.Add("Dense", """{ "units": 7 }""");

        KerasModel logits = KerasImporter.Load(folder["softmax.h5"]),
            scores = KerasImporter.Load(folder["sigmoid.h5"]);
        Assert.Equal((KerasFinalActivation.Softmax, ModelOutput.Logits), (logits.FinalActivation, logits.Output));
        Assert.Equal(
            (KerasFinalActivation.Sigmoid, ModelOutput.Probabilities),
            (scores.FinalActivation, scores.Output)
        );
        Assert.Same(logits.Network, logits.PredictingNetwork);
        Assert.IsType<DenseLayer>(scores.Network.Layers[^1]);
        Assert.IsType<SigmoidLayer>(scores.PredictingNetwork.Layers[^1]);
        Assert.Equal(
            (KerasFinalActivation.None, ModelOutput.Logits),
            Imported.AssertSame(none, folder["none.h5"]) is var m ? (m.FinalActivation, m.Output) : default
        );
    }
}
