using System.Buffers;

namespace Mien;

/// <summary>
/// A pool of large arrays for photos. <see cref="ArrayPool{T}.Shared"/> keeps arrays for every thread that ever
/// returned one; this pool keeps at most one per processor (2 to 16), so that memory does not grow with the running
/// time. Thread-safe.
/// </summary>
internal static class PixelPool
{
    /// <summary>Arrays up to this length come from the shared pool, where they take little memory.</summary>
    private const int Small = 1 << 20;

    /// <summary>Larger arrays are not pooled, so that one huge photo does not occupy memory forever.</summary>
    private const int Largest = 64 << 20;

    /// <summary>
    /// Lengths are rounded up to a multiple of this, so that photos of similar size can reuse arrays.
    /// </summary>
    private const int Step = 4 << 20;

    /// <summary>
    /// An array is not rented for requests under this fraction of its length (a quarter), so that large arrays stay
    /// available for large photos.
    /// </summary>
    private const int MaxWaste = 4;

    private static readonly byte[]?[] Slots = new byte[]?[Math.Clamp(Environment.ProcessorCount, 2, 16)];

    /// <summary>Rents an array of at least this length, with arbitrary content.</summary>
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

    /// <summary>Returns an array; the caller must not use it any more.</summary>
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

        // The pool is full: replace a smaller array, because a larger one serves more photos.
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
