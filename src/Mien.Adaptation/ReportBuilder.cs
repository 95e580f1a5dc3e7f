using System.Globalization;
using System.Reflection;

namespace Mien.Adaptation;

/// <summary>Puts the results of an adaptation into words and into the contract.</summary>
internal static class ReportBuilder
{
    /// <summary>From this number of labels on, adding more changes little at the beginning of a collection.</summary>
    private const int FewLabels = 50;

    public static AdaptationReport Build(
        AdaptationResult result,
        CollectedFaces faces,
        ModelContract contract,
        AdaptationOptions options
    )
    {
        AdaptationSamples samples = faces.Samples;
        int[] counts = new int[samples.Labels.Count];
        foreach (int target in samples.Targets)
        {
            counts[target]++;
        }

        AdaptationGain? gain = result.Estimate is { } estimate ? AdaptationGain.Of(estimate) : null;
        var report = new AdaptationReport
        {
            Model = options.Name ?? $"{contract.Name}-adapted",
            BaseModel = contract.Name,
            BaseHead = contract.SelectHead(options.Head).Name,
            Labels = samples.Labels,
            Faces = samples.Count,
            FacesPerLabel = new Dictionary<string, int>(
                samples.Labels.Select((l, i) => KeyValuePair.Create(l, counts[i]))
            ),
            MissingLabels = [.. samples.Labels.Where((l, i) => counts[i] == 0)],
            GroupKind = faces.GroupKind,
            Groups = samples.Groups.Max() + 1,
            IdenticalFaces = faces.Identical,
            Gain = gain,
            NotMeasured = result.NotMeasured switch
            {
                NotMeasuredReason.OnePerson => "pictures of one person leave none of other people to measure on",
                NotMeasuredReason.OneGroup => "all pictures belong together, so that none is left to measure on",
                _ => null,
            },
            Rule = Rule(result.Pull, result.Layer.Scale),
            Seed = options.Seed,
            LearningCurve =
            [
                .. result.LearningCurve.Select(p => new AdaptationCurvePoint(
                    p.Labels,
                    p.Accuracy,
                    p.Deviation,
                    p.Draws
                )),
            ],
            Spellings = faces.Spellings,
            Skipped = faces.Skipped,
            Notes = [],
        };
        string[] added = [.. samples.Labels.Where((l, i) => samples.BaseColumns[i] < 0)];
        return report with { Notes = [.. Notes(report, options, added, contract.Adaptation is not null)] };
    }

    /// <summary>What the contract says of the adaptation.</summary>
    public static ModelAdaptation Provenance(AdaptationReport report, ModelContract contract, byte[] file) =>
        new()
        {
            BaseModel = contract.Name,
            BaseSha256 = AdaptedModelFile.Sha256(file),
            BaseHead = report.BaseHead,
            Labels = report.FacesPerLabel,
            Rule = report.Rule,
            Seed = report.Seed,
            MienVersion = typeof(ReportBuilder)
                .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
                ?.InformationalVersion,
            Measured = report.Gain is { } gain
                ? new AdaptationMeasurement
                {
                    Split = gain.Split,
                    Count = gain.Faces,
                    Groups = gain.Groups,
                    AreGroupsKnown = report.GroupKind != AdaptationGroupKind.Picture,
                    Before = gain.Before,
                    After = gain.After,
                    Gain = gain.Difference,
                    IsAgainstMostFrequentLabel = gain.IsAgainstMostFrequentLabel,
                }
                : null,
        };

    private static string Rule(Pull pull, double scale)
    {
        if (scale == 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"a bias per label and a linear layer on the standardised features (L2 {pull.NewClassL2:0.###})"
            );
        }

        string text = pull.Kind switch
        {
            PullKind.Unchanged => "the old answer, unchanged",
            PullKind.BiasAndScale => string.Create(
                CultureInfo.InvariantCulture,
                $"a bias per label and the old answer scaled by {scale:0.###}"
            ),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"a bias per label, the old answer scaled by {scale:0.###}, and a linear layer on the standardised "
                    + $"features (L2 {pull.WeightL2:0.###})"
            ),
        };
        return pull.NewClassL2 > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{text}; a linear layer for each new label (L2 {pull.NewClassL2:0.###})"
            )
            : text;
    }

    private static IEnumerable<string> Notes(
        AdaptationReport report,
        AdaptationOptions options,
        string[] added,
        bool isBaseAdapted
    )
    {
        if (report.Gain is not { } gain)
        {
            yield return $"The gain was not measured: {report.NotMeasured}.";
        }
        else if (gain.HasNoGain)
        {
            yield return "The measured gain is zero or less: the model before is as good, or better, on pictures like "
                + "these.";
        }
        else if (!gain.IsCertain)
        {
            yield return gain.LabelsToSettle is { } labels
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"The gain is not certain: its interval includes zero. About {labels:N0} labels in all would "
                        + $"settle it."
                )
                : "The gain is not certain: its interval includes zero.";
        }

        if (report.Gain is { IsAgainstMostFrequentLabel: false } && added.Length > 0)
        {
            yield return $"{report.BaseModel} has no label {string.Join(", ", added)}, so all faces with a label of "
                + "your own count as wrong before, which is a part of the gain.";
        }

        if (report.Gain is not null && isBaseAdapted)
        {
            yield return $"{report.BaseModel} is an adapted model. If it was adapted to some of these faces, both "
                + "accuracies are too high: adapt the model that it was made from to all faces instead.";
        }

        if (report.Gain is not null && report.GroupKind == AdaptationGroupKind.Picture)
        {
            yield return "It is not known of all pictures who is on them, so pictures of one person may be on both "
                + "sides of the measurement, and the accuracy on other people may be lower. A column 'person' would "
                + "settle that.";
        }

        // One picture per expression, and a second take of some.
        if (options.OnePerson && report.Faces > 2 * report.Labels.Count)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Adapting to one person is meant for about one picture per expression, and there are "
                    + $"{report.Faces:N0}. If they are of several people, adapt without it: then the gain is measured."
            );
        }

        if (report.MissingLabels.Count > 0)
        {
            yield return options.OnePerson
                ? $"Missing expressions: {string.Join(", ", report.MissingLabels)}. A picture of each would help."
                : $"No face has the label {string.Join(", ", report.MissingLabels)}; the old answer is kept for "
                    + $"{(report.MissingLabels.Count == 1 ? "it" : "them")}.";
        }

        if (report.IdenticalFaces > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{report.IdenticalFaces:N0} {(report.IdenticalFaces == 1 ? "face is" : "faces are")} identical to "
                    + $"another one and kept together with it."
            );
        }

        if (!options.OnePerson && report.Faces < FewLabels && added.Length < report.Labels.Count)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"With {report.Faces:N0} labels only a bias and a scale are fitted; from {FewLabels} on a layer is "
                    + $"tried too."
            );
        }
    }
}
