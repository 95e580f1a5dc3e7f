namespace Mien.Data;

/// <summary>
/// The SplitMix64 generator (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014). A seed
/// must always give the same split and the same images on every machine, and the documentation of <see
/// cref="System.Random"/> says that its algorithm may change between versions of .NET.
/// </summary>
internal struct SplitMix64(ulong seed)
{
    private ulong state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 to <paramref name="limit"/> − 1, each equally likely.</summary>
    public int Next(int limit)
    {
        ulong range = (ulong)limit;

        // The upper word of the product maps 2^64 values to the range. The few values that would make some numbers more
        // likely are drawn again (Lemire: Fast random integer generation in an interval, 2019).
        ulong high = Math.BigMul(Next(), range, out ulong low);
        if (low < range)
        {
            ulong threshold = (0 - range) % range;
            while (low < threshold)
            {
                high = Math.BigMul(Next(), range, out low);
            }
        }

        return (int)high;
    }

    /// <summary>Shuffles values (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
