namespace Mien.Lab;

/// <summary>
/// Successive halving (Jamieson and Talwalkar, 2016): after each of the given epochs only the best configurations
/// continue.
/// </summary>
/// <param name="Epochs">Increasing epochs, counted from 1, after which the configurations are compared.</param>
/// <param name="Keep">The share that continues, over 0 and under 1; at least one configuration does.</param>
internal sealed record Halving(IReadOnlyList<int> Epochs, double Keep)
{
    /// <summary>The number of configurations that continue, rounded up.</summary>
    public int Survivors(int configurations) => Math.Max(1, (int)Math.Ceiling((configurations * Keep) - 1e-9));
}
