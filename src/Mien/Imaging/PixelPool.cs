using System.Buffers;

namespace Mien;

/// <summary>
/// Keeps a few large arrays for the next photo. Unlike the shared pool of .NET, which keeps some for every thread that
/// ever returned one, it holds at most one a processor, so that a program's memory does not grow with its running time.
/// Thread-safe.
/// </summary>
internal static class PixelPool
{
    /// <summary>Up to this the shared pool is good enough: what it keeps is little.</summary>
    private const int Small = 1 << 20;

    /// <summary>Larger arrays are not kept: one huge photo must not hold its memory for ever.</summary>
    private const int Largest = 64 << 20;

    /// <summary>Sizes are rounded up to this, so that photos of nearly the same size share arrays.</summary>
    private const int Step = 4 << 20;

    /// <summary>An array is not used for less than a quarter of it.</summary>
    private const int MaxWaste = 4;

    private static readonly byte[]?[] Slots = new byte[]?[Math.Clamp(Environment.ProcessorCount, 2, 16)];

    /// <summary>An array of at least this length, with any content.</summary>
    public static byte[] Rent(int bytes)
    {
        if (bytes <= Small)
        {
            return ArrayPool<byte>.Shared.Rent(bytes);
        }

        for (int i = 0; i < Slots.Length; i++)
        {
            byte[]? kept = Volatile.Read(ref Slots[i]);
            if (
                kept is not null
                && kept.Length >= bytes
                && kept.Length / MaxWaste <= Math.Max(bytes, Step)
                && Interlocked.CompareExchange(ref Slots[i], null, kept) == kept
            )
            {
                return kept;
            }
        }

        long rounded = bytes > Largest ? bytes : ((long)bytes + Step - 1) / Step * Step;
        return GC.AllocateUninitializedArray<byte>((int)rounded);
    }

    /// <summary>Gives an array back; the caller no longer uses it.</summary>
    public static void Return(byte[] array)
    {
        if (array.Length <= Small)
        {
            ArrayPool<byte>.Shared.Return(array);
            return;
        }

        if (array.Length > Largest)
        {
            return;
        }

        for (int i = 0; i < Slots.Length; i++)
        {
            if (Interlocked.CompareExchange(ref Slots[i], array, null) is null)
            {
                return;
            }
        }

        // All are taken: the larger of two serves more photos.
        for (int i = 0; i < Slots.Length; i++)
        {
            byte[]? kept = Volatile.Read(ref Slots[i]);
            if (
                kept is not null
                && kept.Length < array.Length
                && Interlocked.CompareExchange(ref Slots[i], array, kept) == kept
            )
            {
                return;
            }
        }
    }
}
