using System.Globalization;
using System.Text;

namespace Mien.Networks;

/// <summary>Formats a network as a table, like Keras's <c>summary()</c>, with costs. Thread-safe.</summary>
internal static class NetworkSummary
{
    private const string Gap = "  ";

    /// <summary>
    /// One row per layer: name, type, inputs (only where a layer takes another one than the layer before), output shape
    /// (channels × height × width, or features), parameters, MACs of one image and their share of the total. Below:
    /// parameters, MACs, size of the weights and activation memory of one image. 1 kB is 1000 bytes, 1 MB 10⁶.
    /// </summary>
    /// <param name="graph">The network.</param>
    /// <returns>
    /// Lines of plain text, each ending with a line feed, without colours, independent of the culture.
    /// </returns>
    public static string Format(NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        bool[] rightAligned = [false, false, false, false, true, true, true];
        List<string[]> rows =
        [
            ["Layer", "Type", "Inputs", "Output", "Parameters", "MACs", "Share"],
            .. graph.Nodes.Select((n, i) => Row(graph, n, i)),
        ];
        bool straight = rows.Skip(1).All(r => r[2].Length == 0);
        int[] columns = [.. Enumerable.Range(0, rightAligned.Length).Where(c => c != 2 || !straight)];
        int[] widths = [.. columns.Select(c => rows.Max(r => r[c].Length))];
        string rule = new('─', widths.Sum() + (Gap.Length * (columns.Length - 1)));

        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{graph.Description.Name}: image {graph.Input} → {graph.Outputs} logits{Heads(graph)}\n"
        );
        if (graph.Description.Summary is { } summary)
        {
            text.Append(summary).Append('\n');
        }

        text.Append('\n');
        for (int r = 0; r < rows.Count; r++)
        {
            IEnumerable<string> cells = columns.Select(
                (c, i) => rightAligned[c] ? rows[r][c].PadLeft(widths[i]) : rows[r][c].PadRight(widths[i])
            );
            text.Append(string.Join(Gap, cells).TrimEnd()).Append('\n');
            if (r == 0)
            {
                text.Append(rule).Append('\n');
            }
        }

        text.Append(rule).Append('\n');
        AppendTotals(text, graph);
        return text.ToString();
    }

    private static string Heads(NetworkGraph graph) =>
        graph.Heads.Count == 0 ? "" : $" ({graph.Classes} for each head: {string.Join(", ", graph.Heads)})";

    private static string[] Row(NetworkGraph graph, GraphNode node, int index)
    {
        long parameters = node.TrainableParameters + node.FixedParameters;
        bool follows = node.Inputs.Count == 1 && node.Inputs[0] == index - 1;
        return
        [
            node.Name,
            node.Type,
            follows ? "" : string.Join(", ", node.Inputs.Select(i => i < 0 ? "image" : graph.Nodes[i].Name)),
            node.Output.ToString(),
            parameters == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{parameters:N0}"),
            node.Macs == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{node.Macs:N0}"),
            node.Macs == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * node.Macs / graph.Macs:F1} %"),
        ];
    }

    private static void AppendTotals(StringBuilder text, NetworkGraph graph)
    {
        (string Name, string Value)[] totals =
        [
            ("Parameters", string.Create(CultureInfo.InvariantCulture, $"{graph.Parameters:N0}")),
            ("  trainable", string.Create(CultureInfo.InvariantCulture, $"{graph.TrainableParameters:N0}")),
            (
                "  not trainable",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{graph.Parameters - graph.TrainableParameters:N0} (mean and variance of batch norms)"
                )
            ),
            (
                "MACs",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{graph.Macs:N0} per image (convolutions and dense layers)"
                )
            ),
            (
                "Weights",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Size(graph.Parameters, 4)} as float32, {Size(graph.Parameters, 2)} as float16"
                )
            ),
            (
                "Activations",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{graph.Activations:N0} values per image, {Size(graph.Activations, 4)}"
                )
            ),
        ];
        int width = totals.Max(t => t.Name.Length);
        foreach ((string name, string value) in totals)
        {
            text.Append(name.PadRight(width)).Append(Gap).Append(value).Append('\n');
        }
    }

    private static string Size(long values, int bytes) =>
        values * bytes < 1_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{values * bytes / 1e3:F1} kB")
            : string.Create(CultureInfo.InvariantCulture, $"{values * bytes / 1e6:F2} MB");
}
