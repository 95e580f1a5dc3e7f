namespace Mien.Lab;

/// <summary>The mean accuracy with one value of one factor.</summary>
/// <param name="Factor">The factor.</param>
/// <param name="Level">Its value.</param>
/// <param name="Configurations">The number of configurations with that value and a finished trial.</param>
/// <param name="Mean">The mean of their mean accuracies, 0..1.</param>
internal sealed record ExperimentEffect(string Factor, string Level, int Configurations, double Mean)
{
    /// <summary>Factors with more values than this are left out: few configurations share a value.</summary>
    private const int MaxLevels = 8;

    /// <summary>The values of all factors that have few values, each used in several configurations.</summary>
    public static IReadOnlyList<ExperimentEffect> Of(
        ExperimentPlan plan,
        IReadOnlyList<RankedConfiguration> configurations
    )
    {
        var effects = new List<ExperimentEffect>();
        foreach (string factor in plan.Factors)
        {
            string[] levels = [.. plan.Configurations.Select(s => s.Values[factor]).Distinct(StringComparer.Ordinal)];
            if (
                plan.Factors.Count > 1
                && levels.Length is > 1 and <= MaxLevels
                && levels.Length < plan.Configurations.Count
            )
            {
                effects.AddRange(
                    levels
                        .Select(l =>
                            (
                                Level: l,
                                Means: configurations
                                    .Where(s => s.Configuration.Values[factor] == l && s.Mean is not null)
                                    .Select(s => s.Mean!.Value)
                                    .ToArray()
                            )
                        )
                        .Where(l => l.Means.Length > 0)
                        .Select(l => new ExperimentEffect(factor, l.Level, l.Means.Length, l.Means.Average()))
                );
            }
        }

        return effects;
    }
}
