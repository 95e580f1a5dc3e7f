namespace Mien.Training;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014): a small generator with the same numbers on every platform and version. It
/// can be started from a few integers at any point, so that a resumed training draws the same numbers as an
/// uninterrupted one.
/// </summary>
/// <param name="state">The initial state.</param>
internal struct SeededRandom(ulong state)
{
    private ulong state = state;

    /// <summary>
    /// Creates a generator for one purpose: equal arguments give equal sequences, different ones unrelated sequences.
    /// </summary>
    /// <param name="seed">The training's seed.</param>
    /// <param name="purpose">The purpose of the numbers.</param>
    /// <param name="epoch">The epoch or step.</param>
    /// <param name="index">The image, or 0.</param>
    /// <returns>A new generator.</returns>
    public static SeededRandom For(int seed, RandomPurpose purpose, long epoch, long index = 0) =>
        new(
            Mix(
                Mix(Mix(Mix(unchecked((ulong)seed)) ^ (ulong)purpose) ^ unchecked((ulong)epoch))
                    ^ unchecked((ulong)index)
            )
        );

    /// <summary>Draws the next 64 bits.</summary>
    /// <returns>Any value.</returns>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        return Finish(state);
    }

    /// <summary>Draws a number from 0 (included) to 1 (excluded).</summary>
    /// <returns>One of 2⁵³ equally spaced values.</returns>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Draws a number from −limit (included) to limit (excluded).</summary>
    /// <param name="limit">0 or more.</param>
    /// <returns>A uniformly distributed number.</returns>
    public double Around(double limit) => ((2 * Unit()) - 1) * limit;

    /// <summary>
    /// Draws a whole number from 0 to count − 1 (the bias of at most count / 2⁶⁴ does not matter here).
    /// </summary>
    /// <param name="count">1 or more.</param>
    /// <returns>A uniformly distributed number.</returns>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>Draws a number from the Gamma distribution with scale 1 (Marsaglia and Tsang, 2000).</summary>
    /// <param name="shape">Greater than 0.</param>
    /// <returns>A number greater than 0.</returns>
    public double Gamma(double shape)
    {
        if (shape < 1)
        {
            return Gamma(shape + 1) * Math.Pow(Math.Max(Unit(), double.Epsilon), 1 / shape);
        }

        double d = shape - (1.0 / 3),
            c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = Normal();
            double v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(1 - Unit()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    /// <summary>Draws a number from the standard normal distribution (Box and Muller, 1958).</summary>
    /// <returns>A number with mean 0 and standard deviation 1.</returns>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());

    /// <summary>Draws a random permutation of 0 to count − 1 (Fisher and Yates).</summary>
    /// <param name="count">0 or more.</param>
    /// <returns>A new array.</returns>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int j = Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static ulong Mix(ulong value) => Finish(value + 0x9E3779B97F4A7C15);

    private static ulong Finish(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
