using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>A model's contract in words.</summary>
internal static class ContractText
{
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");

    public static string Input(ModelContract contract, CommandConsole console) =>
        string.Create(CultureInfo.InvariantCulture, $"{contract.Width}{(console.Unicode ? "×" : "x")}{contract.Height} gray");

    /// <summary>Writes what a contract says, a line a field.</summary>
    public static void Write(CommandConsole console, ModelContract contract)
    {
        var lines = new List<(string Name, string Value)>
        {
            ("name", contract.Name),
            ("contract", contract.Version.ToString(CultureInfo.InvariantCulture)),
            ("input", $"{contract.InputName}: {Input(contract, console)}"),
            ("normalisation", string.Create(CultureInfo.InvariantCulture, $"pixel * {contract.Scale} + {contract.Offset}")),
            ("resized with", Lower(contract.Resize.ToString())),
            ("output", $"{contract.OutputName}: {Lower(contract.Output.ToString())} of {string.Join(", ", contract.Labels)}"),
            ("temperature", contract.Temperature.ToString(CultureInfo.InvariantCulture)),
            ("trained on", contract.TrainingData ?? "(not said)"),
            ("licence", contract.Licence ?? "(not said)"),
        };
        lines.AddRange(contract.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => (m.Key, m.Value.ToString("0.####", CultureInfo.InvariantCulture))));
        WriteAligned(console, lines);
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
