namespace Mien.Lab;

/// <summary>What one factor of a one-factor study is worth.</summary>
/// <param name="Factor">The factor.</param>
/// <param name="Without">Its first value.</param>
/// <param name="With">Its second value.</param>
/// <param name="Alone">
/// Accuracy with it alone minus accuracy with none, as a share, over the seeds with which both are trained; <c>null</c>
/// where there is no such seed.
/// </param>
/// <param name="AloneSeeds">How many such seeds there are.</param>
/// <param name="LeftOut">Accuracy of the whole minus accuracy of the whole without it, as a share; likewise.</param>
/// <param name="LeftOutSeeds">How many seeds that rests on.</param>
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
    /// <summary>Every factor of a one-factor study.</summary>
    public static IReadOnlyList<FactorEffect> Of(ExperimentPlan plan, IReadOnlyList<RankedConfiguration> configurations)
    {
        // the first configuration has all factors at their first level
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
    /// The mean difference over the seeds with which both are done: until all are, others would compare luck.
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
