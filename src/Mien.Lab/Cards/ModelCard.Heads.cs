using System.Globalization;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Lab;

/// <content>The section on the heads and their blend.</content>
internal static partial class ModelCard
{
    private static Markup Heads(ModelCardInput input)
    {
        if (input.Contract.Heads is not { } heads || input.Heads.Count == 0)
        {
            return Nothing;
        }

        return Template.Fill(
            "heads",
            ("split", input.Evaluation.Split),
            ("votes", Votes(heads)),
            ("blend", Blend(input.Contract)),
            ("rows", Markup.Join(input.Heads.Select(Head))),
            ("main", input.Head ?? ""),
            (
                "data",
                Markup.Join(
                    heads
                        .Where(h => h.Name != input.Head)
                        .Select(h =>
                            Template.Fill("headData", ("head", h.Name), ("data", h.TrainingData ?? "not stated"))
                        )
                )
            )
        );
    }

    private static Markup Votes(IReadOnlyList<ModelHead> heads) =>
        heads.FirstOrDefault(h => h.Name == LabelSets.FerPlus) is not { } head ? Nothing
        : head.VoteTemperature is { } temperature ? Template.Fill("majorityHead", ("temperature", temperature))
        : Template.Fill("sharesHead");

    private static Markup Blend(ModelContract contract) =>
        contract.Blend is not { } blend
            ? Nothing
            : Template.Fill(
                "blend",
                (
                    "weights",
                    string.Join(", ", contract.Heads!.Zip(blend.Weights, (h, w) => $"{Short(w)} for `{h.Name}`"))
                ),
                ("shares", Shares(contract.Heads!, blend))
            );

    private static string Shares(IReadOnlyList<ModelHead> heads, HeadBlend blend) =>
        heads.All(h => h.VoteTemperature is null)
            ? ""
            : " (at the vote temperature: "
                + string.Join(", ", HeadCalibration.Shares(blend.Weights, heads).Select(Short))
                + ")";

    private static string Short(float value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static Markup Head(HeadEvaluation head) =>
        Template.Fill(
            "head",
            ("head", head.Head),
            ("labels", head.LabelSet),
            ("count", Html.Count(head.Result.Count)),
            ("accuracy", Html.Percent(head.Result.Accuracy)),
            ("interval", Html.Percent(head.Result.AccuracyInterval)),
            ("macroF1", Html.Percent(head.Result.MacroF1)),
            ("logLoss", Html.Number(head.Result.LogLoss)),
            ("ece", Html.Percent(head.Result.Ece)),
            ("byChance", Html.Percent(head.Result.EceByChance)),
            ("outOfFold", head.OutOfFold is { } others ? Html.Percent(others.Ece) : "–"),
            ("temperature", head.Temperature),
            ("threshold", Html.Number(head.Certain.Threshold, 2)),
            ("kept", Html.Percent(head.Certain.Coverage)),
            ("keptAccuracy", head.Certain.Count == 0 ? "–" : Html.Percent(head.Certain.Accuracy))
        );
}
