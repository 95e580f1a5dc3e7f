using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>Formats for people what a model was adapted to.</summary>
internal static class AdaptationText
{
    private const int ShownDigits = 12;

    /// <summary>The lines of an adapted model; none for another model.</summary>
    public static IEnumerable<(string Name, string Value)> Of(ModelContract contract, CommandConsole console)
    {
        if (contract.Adaptation is { } adaptation)
        {
            string head = adaptation.BaseHead is { } name ? $", head {name}" : "";
            string hash = adaptation.BaseSha256[..ShownDigits] + (console.Unicode ? "…" : "...");
            yield return ("adapted from", $"{adaptation.BaseModel}{head} (SHA-256 {hash})");
            yield return (
                "adapted to",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{adaptation.Labels.Values.Sum(n => (long)n):N0} labelled faces: "
                ) + string.Join(", ", adaptation.Labels.Select(Labelled))
            );
            yield return ("fitted", adaptation.Rule);
            if (adaptation.Measured is { } measured)
            {
                yield return ("measured by", Split(measured));
                yield return (
                    measured.IsAgainstMostFrequentLabel ? "accuracy of the most frequent label" : "accuracy before",
                    Share(measured.Before)
                );
                yield return ("accuracy after", Share(measured.After));
                yield return ("gain", Gain(measured.Gain));
            }
            else
            {
                yield return ("measured by", "(its gain was not measured)");
            }
        }

        if (contract.Guard is { } guard)
        {
            yield return (
                "guard",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{guard.Name}: a face over {guard.Threshold:0.###} is uncertain, unlike the training faces"
                )
            );
        }
    }

    private static string Labelled(KeyValuePair<string, int> label) =>
        string.Create(CultureInfo.InvariantCulture, $"{label.Key} {label.Value:N0}");

    private static string Split(AdaptationMeasurement measured) =>
        string.Create(CultureInfo.InvariantCulture, $"{measured.Split}, {measured.Count:N0} faces")
        + (
            measured.AreGroupsKnown
                ? string.Create(CultureInfo.InvariantCulture, $" of {measured.Groups:N0} groups")
                : ", who is who was not known"
        );

    private static string Share(MeasuredShare share) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{share.Value * 100:0.0} % (95 % interval {share.Low * 100:0.0} to {share.High * 100:0.0} %)"
        );

    private static string Gain(MeasuredShare gain) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{gain.Value * 100:+0.0;-0.0;0.0} points (95 % interval {gain.Low * 100:0.0} to {gain.High * 100:0.0})"
        );
}
