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
        };
        if (contract.CropNormalisation is { } crop)
        {
            lines.Add(("crop normalisation", Normalisation(crop)));
        }

        if (contract.Heads is null)
        {
            lines.AddRange(Calibration(contract.Temperature, contract.UncertainBelow));
        }

        lines.AddRange(AdaptationText.Of(contract, console));
        lines.Add(("trained on", contract.TrainingData ?? "(not stated)"));
        lines.Add(("licence", contract.Licence ?? "(not stated)"));
        lines.AddRange(Metrics(contract.Metrics));
        WriteAligned(console, lines);
        foreach (ModelHead head in contract.Heads ?? [])
        {
            WriteHead(
                console,
                $"head {head.Name} (outputs {head.Offset + 1} to {head.Offset + contract.Labels.Count})",
                [
                    .. Calibration(head.Temperature, head.UncertainBelow),
                    .. head.VoteTemperature is { } votes
                        ? [("vote temperature", votes.ToString(CultureInfo.InvariantCulture))]
                        : Array.Empty<(string, string)>(),
                    ("trained on", head.TrainingData ?? "(not stated)"),
                    .. Metrics(head.Metrics),
                ]
            );
        }

        if (contract is { Heads: { } heads, Blend: { } blend })
        {
            WriteHead(
                console,
                $"{HeadBlend.Name} of the heads (the default)",
                [
                    (
                        "weights",
                        string.Join(
                            ", ",
                            heads.Zip(
                                blend.Weights,
                                (h, w) => string.Create(CultureInfo.InvariantCulture, $"{h.Name} {w}")
                            )
                        )
                    ),
                    .. Calibration(blend.Temperature, blend.UncertainBelow),
                    .. Metrics(blend.Metrics),
                ]
            );
        }
    }

    private static void WriteHead(CommandConsole console, string title, List<(string Name, string Value)> lines)
    {
        console.Out.WriteLine();
        console.Out.WriteLine(title);
        WriteAligned(console, [.. lines.Select(l => ("  " + l.Name, l.Value))]);
    }

    private static IEnumerable<(string Name, string Value)> Calibration(float temperature, float? uncertainBelow) =>
        [
            ("temperature", temperature.ToString(CultureInfo.InvariantCulture)),
            (
                "uncertain below",
                uncertainBelow?.ToString(CultureInfo.InvariantCulture)
                    ?? string.Create(CultureInfo.InvariantCulture, $"{ModelContract.DefaultUncertainBelow} (default)")
            ),
        ];

    private static IEnumerable<(string Name, string Value)> Metrics(IReadOnlyDictionary<string, double> metrics) =>
        metrics.OrderBy(m => m.Key, StringComparer.Ordinal).Select(Metric);

    private static string Normalisation(CropNormalisation crop) =>
        crop.Kind switch
        {
            CropNormalisationKind.MeanDeviation => string.Create(
                CultureInfo.InvariantCulture,
                $"to mean {crop.Mean} and standard deviation {crop.Deviation} (gray values), in the graph"
            ),
            CropNormalisationKind.Percentiles => string.Create(
                CultureInfo.InvariantCulture,
                $"stretched between the percentiles {crop.Low} and {crop.High}, in the graph"
            ),
            _ => "none",
        };

    /// <summary>Formats a metric for people; the name of an unknown metric is its key.</summary>
    private static (string Name, string Value) Metric(KeyValuePair<string, double> metric)
    {
        int dot = metric.Key.LastIndexOf('.');
        // A key such as publicTest.accuracy begins with the split, publicTest.ferplus.accuracy also names a label set.
        string split =
            dot < 0
                ? ""
                : $"{char.ToUpperInvariant(metric.Key[0])}{string.Join(", ", metric.Key[1..dot].Split('.'))}: ";
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
