using Mien.Evaluation;

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
internal sealed record FactorWorth(
    string Factor,
    string Without,
    string With,
    double? Alone,
    int AloneSeeds,
    double? LeftOut,
    int LeftOutSeeds
);
