namespace Mien.Training;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood, 2014): a small generator whose numbers are the same on every platform and
/// version, and which can be started anywhere from a few integers, so that a resumed training draws what an unbroken
/// one does.
/// </summary>
/// <param name="state">The start.</param>
internal struct SeededRandom(ulong state)
{
    private ulong state = state;

    /// <summary>
    /// A generator for one purpose: equal arguments give equal numbers, different ones unrelated numbers.
    /// </summary>
    /// <param name="seed">The training's seed.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="epoch">The epoch or step.</param>
    /// <param name="index">The image, or 0.</param>
    /// <returns>A generator at its start.</returns>
    public static SeededRandom For(int seed, RandomPurpose purpose, long epoch, long index = 0) =>
        new(
            Mix(
                Mix(Mix(Mix(unchecked((ulong)seed)) ^ (ulong)purpose) ^ unchecked((ulong)epoch))
                    ^ unchecked((ulong)index)
            )
        );

    /// <summary>The next 64 bits.</summary>
    /// <returns>Any value.</returns>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        return Finish(state);
    }

    /// <summary>A number from 0 to under 1.</summary>
    /// <returns>One of 2⁵³ equally spaced values.</returns>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from −limit to under limit.</summary>
    /// <param name="limit">0 or more.</param>
    /// <returns>Uniform.</returns>
    public double Around(double limit) => ((2 * Unit()) - 1) * limit;

    /// <summary>A whole number from 0 to under count (the bias of at most count / 2⁶⁴ does not matter here).</summary>
    /// <param name="count">1 or more.</param>
    /// <returns>Uniform.</returns>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>A number from the Gamma distribution with scale 1 (Marsaglia and Tsang, 2000).</summary>
    /// <param name="shape">Over 0.</param>
    /// <returns>A number over 0.</returns>
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
            double x = Math.Sqrt(-2 * Math.Log(1 - Unit())) * Math.Cos(2 * Math.PI * Unit());
            double v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(1 - Unit()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v)))
            {
                return d * v;
            }
        }
    }

    /// <summary>The numbers 0 to count − 1 in a random order (Fisher and Yates).</summary>
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
