using System.Globalization;
using Mien.CommandLine;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>Shows what a contract says of its heads and their blend.</summary>
internal static class HeadTable
{
    /// <summary>Writes one row for each head, and one for the blend on each label set.</summary>
    public static void Write(CommandConsole console, ModelContract contract)
    {
        var table = new ConsoleTable();
        table
            .Column("head", wrap: false)
            .Column("labels", wrap: false)
            .Number("images")
            .Number("accuracy")
            .Column("95 % interval", wrap: false)
            .Number("ECE")
            .Number("temperature")
            .Number("threshold");
        IReadOnlyList<ModelHead> heads = contract.Heads ?? [];
        foreach (ModelHead head in heads)
        {
            Row(head.Name, head.Name, head.Metrics, "publicTest.", head.Temperature, head.UncertainBelow);
        }

        foreach (ModelHead head in heads)
        {
            if (contract.Blend is { } blend)
            {
                Row(
                    HeadBlend.Name,
                    head.Name,
                    blend.Metrics,
                    $"publicTest.{head.Name}.",
                    blend.Temperature,
                    blend.UncertainBelow
                );
            }
        }

        table.WriteTo(console);

        void Row(
            string name,
            string labelSet,
            IReadOnlyDictionary<string, double> metrics,
            string prefix,
            float temperature,
            float? below
        )
        {
            bool measured = metrics.TryGetValue(prefix + "accuracy", out double accuracy);
            int count = (int)metrics.GetValueOrDefault(prefix + "count");
            table.Row(
                name,
                labelSet,
                measured ? Html.Count(count) : "–",
                measured ? Html.Percent(accuracy) : "–",
                measured ? Html.Percent(Interval.Wilson((int)Math.Round(accuracy * count), count)) : "–",
                measured ? Html.Percent(metrics.GetValueOrDefault(prefix + "ece")) : "–",
                temperature.ToString("F3", CultureInfo.InvariantCulture),
                below?.ToString("F2", CultureInfo.InvariantCulture) ?? "–"
            );
        }
    }
}
