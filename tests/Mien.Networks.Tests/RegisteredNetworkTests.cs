namespace Mien.Networks.Tests;

public class RegisteredNetworkTests
{
    [Fact]
    public void Shallow_has_the_shapes_and_costs_of_the_predecessor()
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get("shallow"));
        Assert.Equal(
            [
                "32×48×48",
                "32×48×48",
                "32×48×48",
                "32×24×24",
                "32×24×24",
                "64×24×24",
                "64×24×24",
                "64×24×24",
                "64×12×12",
                "64×12×12",
                "9216",
                "512",
                "512",
                "512",
                "512",
                "7",
            ],
            graph.Nodes.Select(n => n.Output.ToString())
        );

        // Filters · channels · kernel² + filters; a batch norm has four values per channel, two of them trainable.
        long conv1 = (32 * 1 * 9) + 32; //       320
        long conv2 = (64 * 32 * 9) + 64; //    18,496
        long dense1 = (64 * 12 * 12 * 512) + 512; // 4,719,104
        long dense2 = (512 * 7) + 7; //     3,591
        long norms = 4 * (32 + 64 + 512); //     2,432
        Assert.Equal(conv1 + conv2 + dense1 + dense2 + norms, graph.Parameters);
        Assert.Equal(4_743_943, graph.Parameters);
        Assert.Equal(4_743_943 - (2 * (32 + 64 + 512)), graph.TrainableParameters);

        // Height · width · filters · channels · kernel².
        Assert.Equal((48 * 48 * 32 * 9) + (24 * 24 * 64 * 32 * 9) + (9216 * 512) + (512 * 7), graph.Macs);
        Assert.Equal(16_002_560, graph.Macs);

        // conv, norm and ReLU, then pool and dropout; flatten, dense, norm, ReLU, dropout; the logits.
        Assert.Equal(
            (3 * 32 * 48 * 48) + (2 * 32 * 24 * 24) + (3 * 64 * 24 * 24) + (2 * 64 * 12 * 12) + 9216 + (4 * 512) + 7,
            graph.Activations
        );
    }

    [Fact]
    public void Deep_has_the_shapes_and_costs_of_the_predecessor()
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get("deep"));
        Assert.Equal(
            ["64×48×48", "128×24×24", "512×12×12", "512×6×6"],
            graph.Nodes.Where(n => n.Operator is ConvOperator).Select(n => n.Output.ToString())
        );
        Assert.Equal(
            ["64×24×24", "128×12×12", "512×6×6", "512×3×3"],
            graph.Nodes.Where(n => n.Operator is PoolOperator).Select(n => n.Output.ToString())
        );
        Assert.Equal(
            ["256", "512", "7"],
            graph.Nodes.Where(n => n.Operator is DenseOperator).Select(n => n.Output.ToString())
        );

        long[] convolutions =
        [
            (1 * 64 * 9) + 64, //       640
            (64 * 128 * 25) + 128, //   204,928
            (128 * 512 * 9) + 512, //   590,336
            (512 * 512 * 9) + 512, // 2,359,808
        ];
        long[] dense =
        [
            (512 * 3 * 3 * 256) + 256, // 1,179,904
            (256 * 512) + 512, //   131,584
            (512 * 7) + 7, //     3,591
        ];
        long norms = 64 + 128 + 512 + 512 + 256 + 512;
        Assert.Equal(
            convolutions,
            graph.Nodes.Where(n => n.Operator is ConvOperator).Select(n => n.TrainableParameters)
        );
        Assert.Equal(dense, graph.Nodes.Where(n => n.Operator is DenseOperator).Select(n => n.TrainableParameters));
        Assert.Equal(convolutions.Sum() + dense.Sum() + (4 * norms), graph.Parameters);
        Assert.Equal(4_478_727, graph.Parameters);
        Assert.Equal(4_478_727 - (2 * norms), graph.TrainableParameters);

        long[] macs =
        [
            48 * 48 * 64 * 9, //   1,327,104
            24 * 24 * 128 * 64 * 25, // 117,964,800
            12 * 12 * 512 * 128 * 9, //  84,934,656
            6 * 6 * 512 * 512 * 9, //  84,934,656
            4608 * 256, //   1,179,648
            256 * 512, //     131,072
            512 * 7, //       3,584
        ];
        Assert.Equal(macs, graph.Nodes.Select(n => n.Macs).Where(m => m > 0));
        Assert.Equal(290_475_520, graph.Macs);
    }

    [Fact]
    public void Default_stays_within_its_budget_of_weights_and_macs()
    {
        NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get("default"));
        Assert.Equal(
            [
                "48×24×24",
                "48×24×24",
                "48×24×24",
                "96×12×12",
                "96×12×12",
                "96×12×12",
                "96×12×12",
                "96×12×12",
                "192×6×6",
                "192×6×6",
                "192×6×6",
                "192×6×6",
                "192×6×6",
            ],
            graph.Nodes.Where(n => n.Operator is ConvOperator).Select(n => n.Output.ToString())
        );

        // Side² · filters · channels · kernel². Eight convolutions have the same cost, and so have the two strided ones
        // and the two shortcuts.
        long same = 24 * 24 * 48 * 48 * 9,
            strided = 12 * 12 * 96 * 48 * 9,
            shortcut = 12 * 12 * 96 * 48;
        long gates = (2 * 48 * 6) + (2 * 2 * 96 * 12) + (2 * 2 * 192 * 24);
        Assert.Equal((24 * 24 * 48 * 25) + (8 * same) + (2 * strided) + (2 * shortcut) + gates + (192 * 7), graph.Macs);
        Assert.Equal(109_538_688, graph.Macs);
        Assert.InRange(graph.Macs, 1, 120_000_000);
        Assert.InRange(graph.Parameters, 1, 3_000_000);
        Assert.Equal(1_549_237, graph.Parameters);
    }

    [Fact]
    public void All_registered_networks_have_seven_classes_and_the_name_of_their_file()
    {
        Assert.Contains("deep", RegisteredNetworks.Names);
        Assert.Contains("shallow", RegisteredNetworks.Names);
        foreach (string name in RegisteredNetworks.Names)
        {
            NetworkGraph graph = NetworkGraph.Build(RegisteredNetworks.Get(name));
            Assert.Equal(7, graph.Classes);
            Assert.Equal(name, graph.Description.Name);
            Assert.False(string.IsNullOrEmpty(graph.Description.Summary));
        }
    }

    [Fact]
    public void An_unknown_name_lists_the_registered_ones()
    {
        var error = Assert.Throws<NetworkException>(() => RegisteredNetworks.Resolve("deeper"));
        Assert.Equal(
            $"There is no network 'deeper'. Registered: {string.Join(", ", RegisteredNetworks.Names)}; or pass "
                + $"the path of a description, a .json file.",
            error.Message
        );
    }

    [Fact]
    public void A_non_ascii_path_is_read()
    {
        string folder = Directory.CreateTempSubdirectory("mien-нетворк-").FullName;
        try
        {
            string path = Path.Combine(folder, "größe 😀.json");
            File.WriteAllText(path, Networks.Json("""{ "type": "flatten" }, { "type": "dense", "units": 3 }"""));
            Assert.Equal(3, NetworkGraph.Build(RegisteredNetworks.Resolve(path)).Classes);

            string missing = Path.Combine(folder, "missing.json");
            var error = Assert.Throws<NetworkException>(() => RegisteredNetworks.Resolve(missing));
            Assert.StartsWith(
                $"{missing}: the network description cannot be read: ",
                error.Message,
                StringComparison.Ordinal
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
