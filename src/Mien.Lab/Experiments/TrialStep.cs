namespace Mien.Lab;

/// <summary>What to train next.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="UntilEpoch">The epoch after which it waits for the others or has ended.</param>
internal sealed record TrialStep(Trial Trial, int UntilEpoch);
