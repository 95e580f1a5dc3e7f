namespace Mien.Lab;

/// <summary>The next piece of training.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="UntilEpoch">The epoch to train up to: a rung of successive halving, or the last epoch.</param>
internal sealed record TrialStep(Trial Trial, int UntilEpoch);
