using System.Globalization;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>
/// Generates a model card in Markdown (after Mitchell et al., "Model Cards for Model Reporting", FAT* 2019): what the
/// model is, how it was trained, what was measured, and its limits. The texts are in <c>ModelCard.md</c>.
/// </summary>
internal static partial class ModelCard
{
    private static readonly TextTemplate Template = TextTemplate.Load(typeof(ModelCard), "ModelCard.md");
    private static readonly Markup Nothing = new("");

    /// <summary>
    /// Writes the card and its plots: the risk–coverage curve, and the training curves and the robustness curves if
    /// they are known. Existing files are replaced.
    /// </summary>
    /// <param name="path">The card, usually <c>models/NAME/README.md</c>.</param>
    /// <param name="input">The data of the card.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>: a file cannot be written.</exception>
    public static void Write(string path, ModelCardInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        OutputFile.WriteText(path, Render(input));
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        EvaluationReport report = input.Evaluation;
        OutputFile.WriteBytes(
            Path.Combine(folder, input.RiskCoverageFile),
            CardPlots.RiskCoverage(report.Result.RiskCoverage, report.Certain ?? report.Result.RiskCoverage.Chosen)
        );
        if (report.Robustness is { Count: > 0 } curves)
        {
            OutputFile.WriteBytes(
                Path.Combine(folder, input.RobustnessFile),
                CardPlots.Robustness(curves, report.Result.Accuracy)
            );
        }

        if (input.History.Count > 0)
        {
            HistoryPlot.SavePng(
                Path.Combine(folder, input.CurvesFile),
                $"{input.Contract.Name}: training",
                input.History
            );
        }
    }

    /// <summary>Renders the card.</summary>
    /// <param name="input">The data of the card.</param>
    /// <returns>Markdown with line feeds.</returns>
    public static string Render(ModelCardInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        ModelContract contract = input.Contract;
        EvaluationReport report = input.Evaluation;
        EvaluationResult result = report.Result;
        return Template
            .Fill(
                "card",
                ("name", contract.Name),
                ("width", contract.Width),
                ("height", contract.Height),
                ("split", report.Split),
                ("count", Html.Count(result.Count)),
                ("accuracy", Html.Percent(result.Accuracy)),
                ("interval", Html.Percent(result.AccuracyInterval)),
                ("file", input.ModelFile),
                ("megabytes", Html.Number(input.ModelBytes / 1e6, 1)),
                ("parameters", Whole(input.Parameters)),
                ("macs", Html.Number(input.Macs / 1e6, 1)),
                ("input", Input(contract)),
                ("normalisation", Normalisation(input)),
                ("output", Output(contract)),
                ("speeds", Markup.Join(input.Speeds.Select(s => Speed(s, input.SpeedHardware)))),
                ("labels", string.Join(", ", contract.Labels)),
                ("data", contract.TrainingData is { } data ? RunInfo.CurrentWording(data) : "not stated"),
                ("votes", input.TargetsIncludeVotes ? " The targets include the FER+ vote distributions." : ""),
                ("command", input.TrainCommand),
                ("seed", input.Seed),
                ("epochs", Epochs(input)),
                ("time", Time(input)),
                ("versions", Versions(input.Versions)),
                ("runs", Several(input.RunsEvaluated, "run", "runs")),
                ("checkpoints", Several(input.CheckpointsEvaluated, "checkpoint", "checkpoints")),
                ("unseen", input.PrivateTestUnseen ? " Nothing was chosen on PrivateTest." : ""),
                ("curves", input.History.Count > 0 ? Template.Fill("curves", ("file", input.CurvesFile)) : Nothing),
                ("recipe", Recipe(contract.Recipe)),
                ("evaluations", Markup.Join(input.OtherEvaluations.Prepend(report).Select(Evaluation))),
                ("duplicates", Duplicates(result)),
                ("ofHead", input.Head is { } head ? $" of the head `{head}`" : ""),
                ("heads", Heads(input)),
                ("goal", Goal(input.Goal, result.Accuracy)),
                ("published", Optional("published", "accuracy", input.Published)),
                ("neutralCalledSad", Html.Percent(result.NeutralCalledSad)),
                ("neutral", Html.Count(result.Confusion.Support(Expression.Neutral))),
                ("neutralCalledSadInterval", Html.Percent(result.NeutralCalledSadInterval)),
                ("sadCalledNeutral", Html.Percent(result.SadCalledNeutral)),
                ("sad", Html.Count(result.Confusion.Support(Expression.Sadness))),
                ("sadCalledNeutralInterval", Html.Percent(result.SadCalledNeutralInterval)),
                ("classes", Markup.Join(result.PerClass.Select(c => Class(c, result.Confusion)))),
                ("confusion", Confusion(result.Confusion)),
                ("bins", Metrics.BinCount),
                ("ece", Html.Percent(result.Ece)),
                ("eceByChance", Html.Percent(result.EceByChance)),
                ("fitted", Fitted(contract.Temperature, report.Split)),
                ("outOfFold", OutOfFold(input.OutOfFold)),
                ("unscaled", Optional("unscaled", "ece", input.EceBeforeScaling)),
                ("coverages", Markup.Join(RiskCoverageText.Rows(result.RiskCoverage).Select(Coverage))),
                ("coverageFile", input.RiskCoverageFile),
                ("certain", RiskCoverageText.Certain(report)),
                ("threshold", Threshold(input)),
                ("aurc", Html.Number(result.RiskCoverage.Aurc, 4)),
                ("best", Html.Number(result.RiskCoverage.AurcOfBestOrder, 4)),
                ("chance", Html.Number(1 - result.Accuracy, 4)),
                ("robustness", Robustness(input)),
                ("licence", contract.Licence ?? "not stated"),
                ("votesLicence", input.UsesFerPlusVotes ? "; votes (FER+): MIT licence, Microsoft" : ""),
                ("notes", Markup.Join(input.Notes.Select(n => Template.Fill("note", ("note", n)))))
            )
            .Text;
    }

    private static Markup Normalisation(ModelCardInput input) =>
        input.Contract.CropNormalisation is not { Kind: not CropNormalisationKind.None } normalisation
            ? Nothing
            : Template.Fill(
                "normalisation",
                (
                    "text",
                    normalisation.Kind == CropNormalisationKind.MeanDeviation
                        ? Invariant($"to mean {normalisation.Mean} and deviation {normalisation.Deviation}")
                        : Invariant($"between the percentiles {normalisation.Low} and {normalisation.High}")
                ),
                ("later", input.NormalisedLater ? ", added to the trained network with `mien-lab normalise`" : "")
            );

    private static Markup Input(ModelContract contract) =>
        Template.Fill(
            "input",
            ("name", contract.InputName),
            ("channels", contract.Channels),
            ("height", contract.Height),
            ("width", contract.Width),
            ("scale", contract.Scale),
            ("offset", contract.Offset),
            ("resize", contract.Resize.ToString().ToLowerInvariant())
        );

    private static Markup Output(ModelContract contract) =>
        contract.Heads is { } heads
            ? Template.Fill(
                "headLogits",
                ("name", contract.OutputName),
                ("columns", contract.OutputCount),
                ("labels", contract.Labels.Count),
                ("heads", string.Join(", ", heads.Select(h => h.Name)))
            )
        : contract.Output == ModelOutput.Logits
            ? Template.Fill("logits", ("name", contract.OutputName), ("temperature", contract.Temperature))
        : Template.Fill("probabilities", ("name", contract.OutputName));

    private static Markup Speed(ModelSpeed speed, string? hardware) =>
        Template.Fill(
            "speed",
            ("batch", speed.BatchSize),
            ("speed", string.Create(CultureInfo.InvariantCulture, $"{speed.ImagesPerSecond:N0}")),
            ("on", On(hardware))
        );

    private static Markup Epochs(ModelCardInput input) =>
        input.History.Count == 0
            ? Nothing
            : Template.Fill(
                "epochs",
                ("count", input.History[^1].Epoch),
                ("shipped", input.ShippedEpoch is { } epoch ? $"; the weights of epoch {epoch} are shipped" : "")
            );

    private static Markup Time(ModelCardInput input) =>
        input switch
        {
            { TrainingTime: { } time } => Template.Fill(
                "time",
                ("hours", Html.Number(time.TotalHours, 1)),
                ("on", On(input.Hardware))
            ),
            { Hardware: { } hardware } => Template.Fill("hardware", ("hardware", hardware)),
            _ => Nothing,
        };

    private static Markup Versions(IReadOnlyDictionary<string, string> versions)
    {
        IEnumerable<string> parts = versions
            .OrderBy(v => v.Key, StringComparer.Ordinal)
            .Select(v => $"{v.Key} {v.Value}");
        return versions.Count == 0 ? Nothing : Template.Fill("versions", ("versions", string.Join(", ", parts)));
    }

    private static Markup Recipe(string? recipe) =>
        recipe is null ? Nothing : Template.Fill("recipe", ("recipe", recipe.ReplaceLineEndings("\n").TrimEnd()));

    private static Markup Evaluation(EvaluationReport report)
    {
        EvaluationResult result = report.Result;
        return Template.Fill(
            "evaluation",
            ("split", report.Split.Replace("|", "\\|", StringComparison.Ordinal)),
            ("views", TestTimeViews.Of(report.TestTimeAugmentation, 1, 1).Count),
            ("count", Html.Count(result.Count)),
            ("accuracy", Html.Percent(result.Accuracy)),
            ("interval", Html.Percent(result.AccuracyInterval)),
            ("macroF1", Html.Percent(result.MacroF1)),
            ("logLoss", Html.Number(result.LogLoss)),
            ("without", result.AccuracyWithoutDuplicates is { } without ? Html.Percent(without) : "–")
        );
    }

    private static Markup Duplicates(EvaluationResult result) =>
        result.Duplicates is not { } duplicates
            ? Nothing
            : Template.Fill(
                "duplicates",
                ("duplicates", Html.Count(duplicates)),
                ("count", Html.Count(result.Count)),
                (
                    "interval",
                    result.AccuracyWithoutDuplicatesInterval is { } interval
                        ? $" (95 % interval of the first row {Html.Percent(interval)})"
                        : ""
                )
            );

    private static Markup Goal(double? goal, double accuracy)
    {
        if (goal is not { } aim)
        {
            return Nothing;
        }

        double points = (accuracy - aim) * 100;
        return Template.Fill(
            "goal",
            ("goal", Html.Percent(aim)),
            (
                "result",
                points >= 0
                    ? $"met, {Html.Number(points, 2)} points above it"
                    : $"missed by {Html.Number(-points, 2)} points"
            )
        );
    }

    private static Markup Class(ClassResult c, ConfusionMatrix confusion) =>
        Template.Fill(
            "class",
            ("expression", c.Label),
            ("precision", Html.Percent(c.Precision)),
            ("recall", Html.Percent(c.Recall)),
            ("interval", Html.Percent(Interval.Wilson(confusion.Hits(c.Label), c.Support))),
            ("f1", Html.Percent(c.F1)),
            ("count", Html.Count(c.Support))
        );

    /// <summary>The confusion matrix as a table: one row and one column per expression.</summary>
    private static Markup Confusion(ConfusionMatrix confusion)
    {
        IEnumerable<string> rows = confusion
            .ToRows()
            .Select(
                (row, truth) =>
                    $"| **{Expressions.Names[truth]}** | "
                    + string.Join(" | ", row.Select((n, p) => p == truth ? $"**{Html.Count(n)}**" : Html.Count(n)))
                    + " |"
            );
        return new Markup(
            string.Join(
                '\n',
                rows.Prepend("| --- |" + Columns(Expressions.Count))
                    .Prepend($"| | {string.Join(" | ", Expressions.Names)} |")
            )
        );
    }

    private static Markup Fitted(float temperature, string split) =>
        (temperature, split) switch
        {
            (1, _) => Template.Fill("unfitted"),
            (_, "PublicTest") => Template.Fill("fittedHere", ("temperature", temperature)),
            _ => Template.Fill("fittedElsewhere", ("temperature", temperature)),
        };

    private static Markup OutOfFold(EvaluationResult? result) =>
        result is null
            ? Nothing
            : Template.Fill(
                "outOfFold",
                ("ece", Html.Percent(result.Ece)),
                ("eceByChance", Html.Percent(result.EceByChance)),
                ("logLoss", Html.Number(result.LogLoss))
            );

    private static Markup Coverage(RiskCoveragePoint point) =>
        Template.Fill(
            "coverage",
            ("coverage", Html.Percent(point.Coverage)),
            ("threshold", Html.Number(point.Threshold)),
            ("accuracy", Html.Percent(point.Accuracy)),
            ("interval", Html.Percent(point.AccuracyInterval))
        );

    private static Markup Threshold(ModelCardInput input) =>
        input switch
        {
            { Contract.UncertainBelow: null } => Template.Fill(
                "noThreshold",
                ("threshold", Html.Number(input.Evaluation.Result.RiskCoverage.Chosen.Threshold, 2))
            ),
            { Evaluation.Split: "PublicTest" } => Template.Fill("thresholdHere"),
            _ => Template.Fill("thresholdElsewhere"),
        };

    private static Markup Robustness(ModelCardInput input)
    {
        if (input.Evaluation.Robustness is not { Count: > 0 } curves)
        {
            return Nothing;
        }

        int strengths = curves.Max(c => c.Points.Count);
        return Template.Fill(
            "robustness",
            ("split", input.Evaluation.Split),
            ("numbers", string.Concat(Enumerable.Range(1, strengths).Select(n => $" {n} |"))),
            ("columns", Columns(strengths)),
            ("rows", Markup.Join(curves.Select(c => Corruption(c, input.Evaluation.Result.Accuracy)))),
            ("file", input.RobustnessFile)
        );
    }

    private static Markup Corruption(RobustnessCurve curve, double unchanged) =>
        Template.Fill(
            "corruption",
            ("corruption", Corruptions.Describe(curve.Corruption)),
            ("unchanged", Invariant($"{unchanged * 100:0.0} %")),
            (
                "cells",
                string.Concat(
                    curve.Points.Select(p =>
                        string.Create(CultureInfo.InvariantCulture, $" {p.Strength}: {p.Accuracy * 100:0.0} % |")
                    )
                )
            )
        );

    private static Markup Optional(string block, string placeholder, double? share) =>
        share is { } s ? Template.Fill(block, (placeholder, Html.Percent(s))) : Nothing;

    private static string Columns(int count) => string.Concat(Enumerable.Repeat(" ---: |", count));

    private static string On(string? hardware) => hardware is null ? "" : " on " + hardware;

    private static string Several(int count, string one, string many) =>
        $"{Html.Count(count)} {(count == 1 ? one : many)}";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static string Whole(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
