namespace Mien.Lab;

/// <summary>What one value of one thing that varies comes to.</summary>
/// <param name="Factor">What varies.</param>
/// <param name="Level">Its value.</param>
/// <param name="Configurations">The configurations with that value of which a trial is done.</param>
/// <param name="Mean">The mean of their mean accuracies, 0..1.</param>
internal sealed record ExperimentEffect(string Factor, string Level, int Configurations, double Mean)
{
    /// <summary>A value of which more were tried than this says little by itself.</summary>
    private const int MaxLevels = 8;

    /// <summary>Every value of the factors of which few values were tried in several configurations each.</summary>
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
