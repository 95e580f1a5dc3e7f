using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mien.Cli;

/// <summary>
/// What is known of each photo, by a hash of its name, so that ten million photos take about 300 MB: 96 bits of the
/// SHA-256, at which two of a hundred million names are equal with a probability of 10⁻¹³. Not thread-safe.
/// </summary>
internal sealed class PhotoTable
{
    /// <summary>The value of a photo without a result.</summary>
    public const int NoResult = -1;

    private const int MinSlots = 1024;

    private Slot[] slots = new Slot[MinSlots];

    /// <summary>The number of photos.</summary>
    public int Count { get; private set; }

    /// <summary>The number of slots, of 16 bytes each.</summary>
    public int Slots => slots.Length;

    /// <summary>Whether a photo is known.</summary>
    public bool Contains(string name) => slots[Find(KeyOf(name))].IsUsed;

    /// <summary>Gets the value of a photo.</summary>
    /// <returns>Whether the photo is known.</returns>
    public bool TryGet(string name, out int value)
    {
        Slot slot = slots[Find(KeyOf(name))];
        value = slot.Value;
        return slot.IsUsed;
    }

    /// <summary>Sets the value of a photo, 0 or more or <see cref="NoResult"/>; adds the photo if it is new.</summary>
    /// <returns>Whether it was new.</returns>
    public bool Set(string name, int value)
    {
        Slot key = KeyOf(name);
        int at = Find(key);
        bool isNew = !slots[at].IsUsed;
        slots[at] = key with { Value = value };
        if (isNew && ++Count > slots.Length / 4 * 3)
        {
            Grow();
        }

        return isNew;
    }

    private static Slot KeyOf(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return new Slot(
            BinaryPrimitives.ReadUInt64LittleEndian(hash),
            BinaryPrimitives.ReadUInt32LittleEndian(hash[8..]),
            0
        );
    }

    private int Find(Slot key)
    {
        int mask = slots.Length - 1;
        int at = (int)(key.Low & (uint)mask);
        while (slots[at] is { IsUsed: true } slot && (slot.Low != key.Low || slot.High != key.High))
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private void Grow()
    {
        Slot[] former = slots;
        slots = new Slot[former.Length * 2];
        foreach (Slot slot in former)
        {
            if (slot.IsUsed)
            {
                slots[Find(slot)] = slot;
            }
        }
    }

    /// <summary>A place for a photo; all bits are 0 if it is free.</summary>
    private readonly struct Slot(ulong low, uint high, int value)
    {
        private readonly int stored = value + 2;

        public ulong Low { get; init; } = low;

        public uint High { get; init; } = high;

        public bool IsUsed => stored != 0;

        public int Value
        {
            get => stored - 2;
            init => stored = value + 2;
        }
    }
}
