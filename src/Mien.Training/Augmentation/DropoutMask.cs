using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// What dropout multiplies by: 0 for the share that is dropped, 1 / (1 − share) elsewhere (Srivastava et al., 2014, in
/// its inverted form). libtorch draws it on one thread with a Mersenne twister, a tenth of a training step of
/// <c>deep</c>; this is eight lanes of xorshift128+ (Vigna, 2017), whose values are the same on every processor and
/// depend on nothing but the seed.
/// </summary>
internal static class DropoutMask
{
    private const int ValuesABlock = 32;

    /// <summary>A mask in the shape, type and memory order of a tensor.</summary>
    /// <param name="x">Single precision or bfloat16; pictures may lie channels last.</param>
    /// <param name="rate">The share that is dropped, 0 to under 1, kept to 1/65536.</param>
    /// <param name="random">Where the lanes start.</param>
    /// <returns>A new tensor that the caller disposes.</returns>
    public static Tensor Like(Tensor x, double rate, SeededRandom random)
    {
        long[] shape = x.shape;
        bool channelsLast = shape.Length == 4 && !x.is_contiguous();
        using Tensor mask = empty(channelsLast ? [shape[0], shape[2], shape[3], shape[1]] : shape, dtype: x.dtype);
        int threshold = Math.Min((int)Math.Round(rate * 65536), 65535);
        double keep = 1 / (1 - (threshold / 65536.0));
        if (x.dtype == ScalarType.BFloat16)
        {
            ushort half = (ushort)((BitConverter.SingleToUInt32Bits((float)keep) + 0x8000) >> 16);
            Fill(MemoryMarshal.Cast<byte, ushort>(mask.bytes), (ushort)threshold, half, random);
        }
        else
        {
            Fill(MemoryMarshal.Cast<byte, float>(mask.bytes), (ushort)threshold, (float)keep, random);
        }

        return channelsLast ? mask.permute(0, 3, 1, 2) : mask.alias();
    }

    /// <summary>Fills a mask of bfloat16 bits.</summary>
    internal static void Fill(Span<ushort> mask, ushort threshold, ushort keep, SeededRandom random)
    {
        var lanes = new Lanes(random);
        Vector512<ushort> limit = Vector512.Create(threshold),
            value = Vector512.Create(keep);
        Span<ushort> block = stackalloc ushort[ValuesABlock];
        for (int i = 0; i < mask.Length; i += ValuesABlock)
        {
            Vector512<ushort> kept = Vector512.GreaterThanOrEqual(lanes.Next(), limit) & value;
            if (mask.Length - i >= ValuesABlock)
            {
                kept.CopyTo(mask[i..]);
            }
            else
            {
                kept.CopyTo(block);
                block[..(mask.Length - i)].CopyTo(mask[i..]);
            }
        }
    }

    /// <summary>Fills a mask in single precision; it drops what the mask of bfloat16 drops.</summary>
    internal static void Fill(Span<float> mask, ushort threshold, float keep, SeededRandom random)
    {
        var lanes = new Lanes(random);
        Vector512<ushort> limit = Vector512.Create(threshold);
        Vector512<int> value = Vector512.Create(keep).AsInt32();
        Span<float> block = stackalloc float[ValuesABlock];
        for (int i = 0; i < mask.Length; i += ValuesABlock)
        {
            Vector512<short> kept = Vector512.GreaterThanOrEqual(lanes.Next(), limit).AsInt16();
            Span<float> target = mask.Length - i >= ValuesABlock ? mask[i..] : block;
            (Vector512.WidenLower(kept) & value).AsSingle().CopyTo(target);
            (Vector512.WidenUpper(kept) & value).AsSingle().CopyTo(target[(ValuesABlock / 2)..]);
            if (mask.Length - i < ValuesABlock)
            {
                block[..(mask.Length - i)].CopyTo(mask[i..]);
            }
        }
    }

    private ref struct Lanes
    {
        private Vector512<ulong> a;
        private Vector512<ulong> b;

        public Lanes(SeededRandom random)
        {
            Span<ulong> start = stackalloc ulong[16];
            foreach (ref ulong value in start)
            {
                value = random.Next();
            }

            a = Vector512.Create<ulong>(start[..8]);
            b = Vector512.Create<ulong>(start[8..]);
        }

        public Vector512<ushort> Next()
        {
            Vector512<ulong> x = a,
                y = b;
            a = y;
            x ^= x << 23;
            b = x ^ y ^ (x >> 18) ^ (y >> 5);
            return (b + y).AsUInt16();
        }
    }
}
