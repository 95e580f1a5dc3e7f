namespace Mien.Lab;

/// <summary>
/// Successive halving (Jamieson and Talwalkar, 2016): after each of the epochs only the best share of the configurations goes
/// on.
/// </summary>
/// <param name="Epochs">Rising epochs, counted from 1, after which the configurations are compared.</param>
/// <param name="Keep">The share that goes on, over 0 and under 1; at least one configuration does.</param>
internal sealed record Halving(IReadOnlyList<int> Epochs, double Keep)
{
    /// <summary>How many of so many configurations go on.</summary>
    public int Survivors(int configurations) => Math.Max(1, (int)Math.Ceiling((configurations * Keep) - 1e-9));
}
