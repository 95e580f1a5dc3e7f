using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training;

/// <summary>
/// The factors of dropout: 0 for the share that is dropped, 1 / (1 − share) elsewhere (Srivastava et al., 2014, in the
/// inverted form). libtorch draws its mask on one thread with a Mersenne twister, which takes a tenth of a training
/// step of <c>deep</c>. This class uses eight lanes of xorshift128+ (Vigna, 2017) instead; the values are the same on
/// every processor and depend only on the seed. Other devices than the CPU draw their masks with libtorch's generator,
/// so that they do not wait for the host; those values depend only on the seed and the kind of device.
/// </summary>
internal static class DropoutMask
{
    private const int ValuesPerBlock = 32;

    /// <summary>Creates a mask with the shape, type and memory layout of a tensor.</summary>
    /// <param name="x">Single precision or bfloat16; 4-D tensors may be channels-last.</param>
    /// <param name="rate">The share that is dropped, at least 0 and less than 1, rounded to 1/65536.</param>
    /// <param name="random">The generator that seeds the lanes.</param>
    /// <returns>A new tensor that the caller disposes of.</returns>
    public static Tensor Like(Tensor x, double rate, SeededRandom random)
    {
        if (x.device_type != DeviceType.CPU)
        {
            return OnDevice(x, rate, random);
        }

        long[] shape = x.shape;
        bool channelsLast = shape.Length == 4 && !x.is_contiguous();
        using Tensor mask = empty(channelsLast ? [shape[0], shape[2], shape[3], shape[1]] : shape, dtype: x.dtype);
        int threshold = Threshold(rate);
        double keep = 1 / (1 - (threshold / 65536.0));
        if (x.dtype == ScalarType.BFloat16)
        {
            // Rounds the factor to bfloat16, which is the upper half of a single-precision number.
            ushort half = (ushort)((BitConverter.SingleToUInt32Bits((float)keep) + 0x8000) >> 16);
            Fill(MemoryMarshal.Cast<byte, ushort>(mask.bytes), (ushort)threshold, half, random);
        }
        else
        {
            Fill(MemoryMarshal.Cast<byte, float>(mask.bytes), (ushort)threshold, (float)keep, random);
        }

        return channelsLast ? mask.permute(0, 3, 1, 2) : mask.alias();
    }

    /// <summary>Creates a mask where the tensor is, with libtorch's generator there.</summary>
    internal static Tensor OnDevice(Tensor x, double rate, SeededRandom random)
    {
        double kept = 1 - (Threshold(rate) / 65536.0);
        using var generator = new Generator(random.Next(), x.device);
        using IDisposable quiet = no_grad();
        Tensor mask = empty_like(x);
        mask.bernoulli_(kept, generator);
        mask.mul_(1 / kept);
        return mask;
    }

    /// <summary>Fills a bfloat16 mask.</summary>
    internal static void Fill(Span<ushort> mask, ushort threshold, ushort keep, SeededRandom random)
    {
        var lanes = new Lanes(random);
        Vector512<ushort> limit = Vector512.Create(threshold),
            value = Vector512.Create(keep);
        Span<ushort> block = stackalloc ushort[ValuesPerBlock];
        for (int i = 0; i < mask.Length; i += ValuesPerBlock)
        {
            Vector512<ushort> kept = Vector512.GreaterThanOrEqual(lanes.Next(), limit) & value;
            if (mask.Length - i >= ValuesPerBlock)
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

    /// <summary>Fills a single-precision mask; it drops the same values as the bfloat16 mask.</summary>
    internal static void Fill(Span<float> mask, ushort threshold, float keep, SeededRandom random)
    {
        var lanes = new Lanes(random);
        Vector512<ushort> limit = Vector512.Create(threshold);
        Vector512<int> value = Vector512.Create(keep).AsInt32();
        Span<float> block = stackalloc float[ValuesPerBlock];
        for (int i = 0; i < mask.Length; i += ValuesPerBlock)
        {
            Vector512<short> kept = Vector512.GreaterThanOrEqual(lanes.Next(), limit).AsInt16();
            Span<float> target = mask.Length - i >= ValuesPerBlock ? mask[i..] : block;
            (Vector512.WidenLower(kept) & value).AsSingle().CopyTo(target);
            (Vector512.WidenUpper(kept) & value).AsSingle().CopyTo(target[(ValuesPerBlock / 2)..]);
            if (mask.Length - i < ValuesPerBlock)
            {
                block[..(mask.Length - i)].CopyTo(mask[i..]);
            }
        }
    }

    private static int Threshold(double rate) => Math.Min((int)Math.Round(rate * 65536), 65535);

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
