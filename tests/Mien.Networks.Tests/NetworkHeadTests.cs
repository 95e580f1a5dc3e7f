namespace Mien.Networks.Tests;

public class NetworkHeadTests
{
    private static readonly string[] Two = ["fer2013", "ferplus"];

    [Fact]
    public void A_network_gets_as_many_units_for_each_head_and_keeps_them_in_json()
    {
        NetworkDescription one = Networks
            .Layers("""{ "type": "flatten" }, { "type": "dense", "units": 7 }, { "type": "dropout", "rate": 0.1 }""")
            .Description;
        NetworkDescription two = one.WithHeads(Two);
        NetworkGraph graph = NetworkGraph.Build(NetworkDescription.FromJson(two.ToJson(), "two.json"));
        Assert.Equal(Two, graph.Heads);
        Assert.Equal((14, 7), (graph.Outputs, graph.Classes));
        Assert.Equal(new DenseLayer { Units = 14 }, graph.Description.Layers[1]);
        Assert.Contains(
            "→ 14 logits (7 for each head: fer2013, ferplus)\n",
            NetworkSummary.Format(graph),
            StringComparison.Ordinal
        );

        NetworkGraph single = NetworkGraph.Build(one);
        Assert.Empty(single.Heads);
        Assert.Equal((7, 7), (single.Outputs, single.Classes));
        Assert.DoesNotContain("heads", one.ToJson(), StringComparison.Ordinal);
        Assert.Same(two, two.WithHeads(Two));
    }

    [Fact]
    public void Other_heads_or_another_last_layer_are_errors()
    {
        NetworkDescription two = RegisteredNetworks.Get("tiny").WithHeads(Two);
        Assert.Equal(
            "Network 'tiny' has the heads fer2013, ferplus, expected a, b or a network with one head.",
            Assert.Throws<NetworkException>(() => two.WithHeads(["a", "b"])).Message
        );
        NetworkDescription pooled = Networks
            .Layers("""{ "type": "conv", "filters": 7 }, { "type": "globalAveragePool" }""")
            .Description;
        Assert.Equal(
            "Network 'test' ends in globalAveragePool, expected a dense layer, which gets the heads fer2013, ferplus.",
            Assert.Throws<NetworkException>(() => pooled.WithHeads(Two)).Message
        );
    }

    [Theory]
    [InlineData("""["a"]""", 14, "has 1 'heads', expected 2 to 16 names; leave the key out for one head")]
    [InlineData("""["a", "A"]""", 14, "has the heads 'a', 'A', expected different names")]
    [InlineData("""["a", "blend"]""", 14, "has the heads 'a', 'blend', expected different names")]
    [InlineData("""["a", " b"]""", 14, "has the heads 'a', ' b', expected different names")]
    [InlineData("""["a", null]""", 14, "has the heads 'a', '', expected different names")]
    [InlineData(
        """["a", "b"]""",
        7,
        ", layer 'dense1': it is the last layer and has 7 units, expected a multiple of the 2 heads"
    )]
    public void Invalid_heads_are_errors(string heads, int units, string expected)
    {
        string json = Networks
            .Json($$"""{ "type": "flatten" }, { "type": "dense", "units": {{units}} }""")
            .Replace("\"layers\"", $"\"heads\": {heads}, \"layers\"", StringComparison.Ordinal);
        NetworkException error = Assert.Throws<NetworkException>(() => Networks.Build(json));
        Assert.StartsWith(
            "Network 'test'" + (expected[0] == ',' ? "" : " ") + expected,
            error.Message,
            StringComparison.Ordinal
        );
    }
}
