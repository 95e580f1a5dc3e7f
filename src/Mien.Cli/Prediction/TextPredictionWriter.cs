using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli.Prediction;

/// <summary>For people: the seven probabilities as bars, or one line an image. Failed images are named on the error output.</summary>
internal sealed class TextPredictionWriter(CommandConsole console, bool brief) : PredictionWriter(console.Out)
{
    private bool any;

    public override void Write(ImageOutcome outcome)
    {
        if (outcome.Error is { } error)
        {
            Output.Flush();
            console.Error.WriteLine($"error: {error.Message}");
            return;
        }

        ExpressionResult result = outcome.Result!;
        if (brief)
        {
            Output.WriteLine($"{result.Top.Name(),-9}  {Percent(result.Confidence),7}  {outcome.Path}");
            return;
        }

        if (any)
        {
            Output.WriteLine();
        }

        any = true;
        string times = console.Unicode ? "×" : "x";
        Output.WriteLine($"{outcome.Path}: {console.Bold(result.Top.Name())} {Percent(result.Confidence)}  ({outcome.Width}{times}{outcome.Height}, counted as a face crop)");
        var rows = Enumerable.Range(0, Expressions.Count)
            .Select(i => (Expressions.Names[i], (double)result.Probabilities[i], Percent(result.Probabilities[i])));
        foreach (string line in HorizontalBars.Lines(console, [.. rows]))
        {
            Output.WriteLine(line);
        }
    }

    private static string Percent(float share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");
}
