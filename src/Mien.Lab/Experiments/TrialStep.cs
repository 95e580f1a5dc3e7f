namespace Mien.Lab;

/// <summary>The next piece of training.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="UntilEpoch">The epoch to train up to: a rung of successive halving, or the last epoch. 0:
/// the last one, which the recipe's hours give.</param>
internal sealed record TrialStep(Trial Trial, int UntilEpoch);
