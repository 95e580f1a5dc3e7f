namespace Mien.Lab;

/// <summary>The effect of one factor in an ablation study.</summary>
/// <param name="Factor">The factor.</param>
/// <param name="Without">Its first value.</param>
/// <param name="With">Its second value.</param>
/// <param name="Alone">
/// Accuracy with only this factor minus accuracy with none, −1..1: the mean over the seeds with which both are
/// finished; <c>null</c> if there is no such seed.
/// </param>
/// <param name="AloneSeeds">The number of these seeds.</param>
/// <param name="LeftOut">Accuracy with all factors minus accuracy with all except this one, likewise.</param>
/// <param name="LeftOutSeeds">The number of seeds behind <paramref name="LeftOut"/>.</param>
internal sealed record FactorEffect(
    string Factor,
    string Without,
    string With,
    double? Alone,
    int AloneSeeds,
    double? LeftOut,
    int LeftOutSeeds
)
{
    /// <summary>Computes the effects of all factors.</summary>
    public static IReadOnlyList<FactorEffect> Of(ExperimentPlan plan, IReadOnlyList<RankedConfiguration> configurations)
    {
        // The first configuration has the first value of every factor.
        IReadOnlyDictionary<string, string> without = plan.Configurations[0].Values;
        Dictionary<string, string> with = plan.Factors.ToDictionary(
            f => f,
            f => plan.Configurations.Select(s => s.Values[f]).First(v => v != without[f]),
            StringComparer.Ordinal
        );
        RankedConfiguration? none = Find(without, null, null),
            all = Find(with, null, null);
        return
        [
            .. plan.Factors.Select(f =>
            {
                (double? alone, int aloneSeeds) = Difference(Find(without, f, with[f]), none);
                (double? leftOut, int leftOutSeeds) = Difference(all, Find(with, f, without[f]));
                return new FactorEffect(f, without[f], with[f], alone, aloneSeeds, leftOut, leftOutSeeds);
            }),
        ];

        RankedConfiguration? Find(IReadOnlyDictionary<string, string> values, string? except, string? level) =>
            configurations.FirstOrDefault(s =>
                s.Configuration.Values.All(v => v.Value == (v.Key == except ? level : values[v.Key]))
            );
    }

    /// <summary>
    /// The mean difference over the seeds with which both are finished. Other seeds would add their own deviation to
    /// the difference.
    /// </summary>
    private static (double? Difference, int Seeds) Difference(RankedConfiguration? of, RankedConfiguration? from)
    {
        double[] differences =
            of is null || from is null
                ? []
                :
                [
                    .. of.Done.Join(
                        from.Done,
                        t => t.Seed,
                        t => t.Seed,
                        (a, b) => a.Accuracy!.Value - b.Accuracy!.Value
                    ),
                ];
        return (differences.Length == 0 ? null : differences.Average(), differences.Length);
    }
}
