using System.Globalization;

namespace Mien.Networks.Tests;

public class NetworkSummaryTests
{
    private const string Small = """
        { "type": "conv", "filters": 4 }, { "type": "batchNorm" }, { "type": "dropout", "rate": 0.25 },
        { "type": "flatten" }, { "type": "dense", "units": 6 }
        """;

    // conv: 4·9 + 4 = 40 parameters, 64·4·9 = 2,304 MACs; dense: 256·6 + 6 = 1,542 and 1,536.
    // 2,304 / 3,840 = 60 %; 1,598 · 4 bytes = 6,392; four times 256 and 6 values, 1,030 · 4 bytes = 4,120.
    private const string Expected = """
        test: image 1×8×8 → 6 logits

        Layer       Type          Output  Parameters   MACs   Share
        ───────────────────────────────────────────────────────────
        conv1       conv 3×3      4×8×8           40  2,304  60.0 %
        batchNorm1  batch norm    4×8×8           16
        dropout1    dropout 0.25  4×8×8
        flatten1    flatten       256
        dense1      dense         6            1,542  1,536  40.0 %
        ───────────────────────────────────────────────────────────
        Parameters       1,598
          trainable      1,590
          not trainable  8 (mean and variance of batch norms)
        MACs             3,840 per image (convolutions and dense layers)
        Weights          6.4 kB as float32, 3.2 kB as float16
        Activations      1,030 values per image, 4.1 kB

        """;

    [Fact]
    public void The_table_has_shapes_costs_shares_and_totals() =>
        Assert.Equal(Expected, NetworkSummary.Format(Networks.Layers(Small)), ignoreLineEndingDifferences: true);

    [Fact]
    public void The_culture_changes_nothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        commas.NumberFormat.NumberGroupSeparator = ".";
        commas.NumberFormat.NegativeSign = "minus ";
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.Equal(Expected, NetworkSummary.Format(Networks.Layers(Small)), ignoreLineEndingDifferences: true);
            var error = Assert.Throws<NetworkException>(() =>
                Networks.Layers("""{ "type": "dropout", "rate": 1.5 }""")
            );
            Assert.Equal(
                "Network 'test', layer 'dropout1': it has rate 1.5, expected at least 0 and less than 1.",
                error.Message
            );
            error = Assert.Throws<NetworkException>(() => Networks.Layers("""{ "type": "conv", "filters": -2 }"""));
            Assert.Equal("Network 'test', layer 'conv1': it has filters -2, expected 1 or more.", error.Message);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Inputs_other_than_the_layer_before_are_shown()
    {
        string text = NetworkSummary.Format(
            Networks.Layers(
                """
                { "type": "conv", "name": "a", "filters": 1 },
                  { "type": "conv", "name": "b", "inputs": ["input"], "filters": 1 },
                { "type": "add", "inputs": ["a", "b"] }, { "type": "globalAveragePool" }
                """
            )
        );
        string[] lines = text.Split('\n');
        Assert.Contains(
            lines,
            l => l.StartsWith("Layer", StringComparison.Ordinal) && l.Contains("  Inputs  ", StringComparison.Ordinal)
        );
        Assert.Contains(
            lines,
            l => l.StartsWith("b ", StringComparison.Ordinal) && l.Contains("  image  ", StringComparison.Ordinal)
        );
        Assert.Contains(
            lines,
            l => l.StartsWith("add1 ", StringComparison.Ordinal) && l.Contains("  a, b  ", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(
            lines,
            l =>
                l.StartsWith("globalAveragePool1 ", StringComparison.Ordinal)
                && l.Contains("add1", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_summary_of_deep_is_the_one_of_keras()
    {
        string text = NetworkSummary.Format(NetworkGraph.Build(RegisteredNetworks.Get("deep")));
        Assert.Contains(
            "\nParameters       4,478,727\n  trainable      4,474,759\n  not trainable  3,968 ",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("\nMACs             290,475,520 per image", text, StringComparison.Ordinal);
        // 4,478,727 · 4 = 17,914,908 bytes.
        Assert.Contains("\nWeights          17.91 MB as float32, 8.96 MB as float16\n", text, StringComparison.Ordinal);
    }
}
