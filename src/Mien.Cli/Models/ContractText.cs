using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>A model's contract in words.</summary>
internal static class ContractText
{
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");

    public static string Input(ModelContract contract, CommandConsole console) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{contract.Width}{(console.Unicode ? "×" : "x")}{contract.Height} gray"
        );

    /// <summary>Writes what a contract says, a line a field.</summary>
    public static void Write(CommandConsole console, ModelContract contract)
    {
        var lines = new List<(string Name, string Value)>
        {
            ("name", contract.Name),
            ("contract", contract.Version.ToString(CultureInfo.InvariantCulture)),
            ("input", $"{contract.InputName}: {Input(contract, console)}"),
            (
                "normalisation",
                string.Create(CultureInfo.InvariantCulture, $"pixel * {contract.Scale} + {contract.Offset}")
            ),
            ("resized with", Lower(contract.Resize.ToString())),
            (
                "output",
                $"{contract.OutputName}: {Lower(contract.Output.ToString())} of {string.Join(", ", contract.Labels)}"
            ),
            (
                "explained by",
                contract.Maps is { } maps
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{maps.Name}: class activation maps, a value every {maps.Step:0.##} pixels"
                    )
                    : "occlusion (no class activation maps)"
            ),
            ("temperature", contract.Temperature.ToString(CultureInfo.InvariantCulture)),
            (
                "uncertain below",
                contract.UncertainBelow?.ToString(CultureInfo.InvariantCulture)
                    ?? string.Create(CultureInfo.InvariantCulture, $"{ModelContract.DefaultUncertainBelow} (not said)")
            ),
            ("trained on", contract.TrainingData ?? "(not said)"),
            ("licence", contract.Licence ?? "(not said)"),
        };
        lines.AddRange(contract.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal).Select(Metric));
        WriteAligned(console, lines);
    }

    /// <summary>A figure in words; one that this version does not know keeps its key.</summary>
    private static (string Name, string Value) Metric(KeyValuePair<string, double> metric)
    {
        int dot = metric.Key.IndexOf('.', StringComparison.Ordinal);
        // publicTest. and its like
        string split = dot < 0 ? "" : $"{char.ToUpperInvariant(metric.Key[0])}{metric.Key[1..dot]}: ";
        string figure = metric.Value.ToString("0.####", CultureInfo.InvariantCulture);
        string whole = metric.Value.ToString("N0", CultureInfo.InvariantCulture);
        return metric.Key[(dot + 1)..] switch
        {
            "accuracy" => ($"{split}right", Percent(metric.Value)),
            "macroF1" => ($"{split}macro-F1", Percent(metric.Value)),
            "ece" => ($"{split}calibration error", Percent(metric.Value)),
            "logLoss" => ($"{split}log loss", figure),
            "count" => ($"{split}images", whole),
            "macs" => ("MACs", whole),
            "parameters" => ("parameters", whole),
            "epoch" => ("epoch shipped", whole),
            "epochs" => ("epochs trained", whole),
            _ => (metric.Key, figure),
        };
    }

    /// <summary>Writes names and values in two columns.</summary>
    public static void WriteAligned(CommandConsole console, IReadOnlyCollection<(string Name, string Value)> lines)
    {
        int width = lines.Max(l => l.Name.Length);
        foreach ((string name, string value) in lines)
        {
            console.Out.WriteLine($"{name.PadRight(width)}  {value}");
        }
    }

    private static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];
}
