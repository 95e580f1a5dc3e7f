using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>Formats a model's contract for people.</summary>
internal static class ContractText
{
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");

    public static string Input(ModelContract contract, CommandConsole console) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{contract.Width}{(console.Unicode ? "×" : "x")}{contract.Height} gray"
        );

    /// <summary>Writes a contract, one line per field.</summary>
    public static void Write(CommandConsole console, ModelContract contract)
    {
        var lines = new List<(string Name, string Value)>
        {
            ("name", contract.Name),
            ("contract version", contract.Version.ToString(CultureInfo.InvariantCulture)),
            ("input", $"{contract.InputName}: {Input(contract, console)}"),
            (
                "normalisation",
                string.Create(CultureInfo.InvariantCulture, $"pixel * {contract.Scale} + {contract.Offset}")
            ),
            ("resizing", Lower(contract.Resize.ToString())),
            (
                "output",
                $"{contract.OutputName}: {Lower(contract.Output.ToString())} of {string.Join(", ", contract.Labels)}"
            ),
            (
                "heat maps",
                contract.Maps is { } maps
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{maps.Name}: class activation maps, one value every {maps.Step:0.##} pixels"
                    )
                    : "occlusion (no class activation maps)"
            ),
            ("temperature", contract.Temperature.ToString(CultureInfo.InvariantCulture)),
            (
                "uncertain below",
                contract.UncertainBelow?.ToString(CultureInfo.InvariantCulture)
                    ?? string.Create(CultureInfo.InvariantCulture, $"{ModelContract.DefaultUncertainBelow} (default)")
            ),
            ("trained on", contract.TrainingData ?? "(not stated)"),
            ("licence", contract.Licence ?? "(not stated)"),
        };
        lines.AddRange(contract.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal).Select(Metric));
        WriteAligned(console, lines);
    }

    /// <summary>Formats a metric for people; the name of an unknown metric is its key.</summary>
    private static (string Name, string Value) Metric(KeyValuePair<string, double> metric)
    {
        int dot = metric.Key.IndexOf('.', StringComparison.Ordinal);
        // A key such as publicTest.accuracy begins with the split.
        string split = dot < 0 ? "" : $"{char.ToUpperInvariant(metric.Key[0])}{metric.Key[1..dot]}: ";
        string figure = metric.Value.ToString("0.####", CultureInfo.InvariantCulture);
        string whole = metric.Value.ToString("N0", CultureInfo.InvariantCulture);
        return metric.Key[(dot + 1)..] switch
        {
            "accuracy" => ($"{split}accuracy", Percent(metric.Value)),
            "macroF1" => ($"{split}macro-F1", Percent(metric.Value)),
            "ece" => ($"{split}expected calibration error", Percent(metric.Value)),
            "logLoss" => ($"{split}log loss", figure),
            "count" => ($"{split}images", whole),
            "macs" => ("MACs", whole),
            "parameters" => ("parameters", whole),
            "epoch" => ("selected epoch", whole),
            "epochs" => ("trained epochs", whole),
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
