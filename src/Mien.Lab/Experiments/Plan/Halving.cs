namespace Mien.Lab;

/// <summary>
/// Successive halving (Jamieson and Talwalkar, 2016): after each of the epochs only the best share of the settings goes
/// on.
/// </summary>
/// <param name="Epochs">Rising epochs, counted from 1, after which the settings are compared.</param>
/// <param name="Keep">The share that goes on, over 0 and under 1; at least one setting does.</param>
internal sealed record Halving(IReadOnlyList<int> Epochs, double Keep)
{
    /// <summary>How many of so many settings go on.</summary>
    public int Survivors(int settings) => Math.Max(1, (int)Math.Ceiling((settings * Keep) - 1e-9));
}
