using System.Globalization;

namespace Mien.Cli.Prediction;

/// <summary>CSV (RFC 4180, lines end with LF): path, status, expression, seven probabilities, error.</summary>
internal sealed class CsvPredictionWriter(TextWriter output) : PredictionWriter(output)
{
    public override void Begin() => Output.Write($"path,status,expression,{string.Join(',', Expressions.Names)},error\n");

    public override void Write(ImageOutcome outcome)
    {
        string numbers = outcome.Result is { } result
            ? string.Join(',', result.Probabilities.Select(p => p.ToString("R", CultureInfo.InvariantCulture)))
            : new string(',', Expressions.Count - 1);
        string error = outcome.Error is { } e ? $"{e.Code}: {e.Message}" : "";
        Output.Write($"{Quote(outcome.Path)},{(outcome.Error is null ? "ok" : "error")},{outcome.Result?.Top.Name()},{numbers},{Quote(error)}\n");
    }

    private static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
