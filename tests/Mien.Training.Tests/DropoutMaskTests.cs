using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests;

public class DropoutMaskTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(1000)]
    public void The_lanes_equal_a_plain_loop_of_xorshift128plus(int length)
    {
        const ushort Threshold = 0x4000;
        ushort[] mask = new ushort[length];
        DropoutMask.Fill(mask, Threshold, 7, SeededRandom.For(3, RandomPurpose.Dropout, 4, 5));
        Assert.Equal(
            Plain(length, SeededRandom.For(3, RandomPurpose.Dropout, 4, 5))
                .Select(v => v >= Threshold ? (ushort)7 : (ushort)0),
            mask
        );

        float[] single = new float[length];
        DropoutMask.Fill(single, Threshold, 1.5f, SeededRandom.For(3, RandomPurpose.Dropout, 4, 5));
        Assert.Equal(mask.Select(v => v == 0 ? 0 : 1.5f), single);
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void The_share_is_dropped_and_the_mean_stays_one(double rate)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor mask = DropoutMask.Like(zeros([100, 1000]), rate, new SeededRandom(1));
        float[] values = mask.data<float>().ToArray();

        // Five standard deviations of 100,000 draws.
        double deviation = 5 * Math.Sqrt(rate * (1 - rate) / values.Length);
        Assert.InRange(values.Count(v => v == 0) / (double)values.Length, rate - deviation, rate + deviation);
        Assert.Equal([0, (float)(1 / (1 - (Math.Round(rate * 65536) / 65536)))], values.Distinct().Order());
        Assert.InRange(values.Average(), 1 - (deviation / (1 - rate)), 1 + (deviation / (1 - rate)));
    }

    [Theory]
    [InlineData(0.25, ScalarType.Float32)]
    [InlineData(0.9, ScalarType.BFloat16)]
    public void A_mask_drawn_on_the_device_drops_the_share_and_depends_on_the_seed_alone(double rate, object type)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = zeros([40, 50, 50, 1]).to((ScalarType)type).permute(0, 3, 1, 2);
        Tensor mask = DropoutMask.OnDevice(x, rate, new SeededRandom(1));
        Assert.Equal((ScalarType)type, mask.dtype);
        Assert.Equal(x.shape, mask.shape);
        Assert.Equal(x.stride(), mask.stride());
        float[] values = Values(mask);
        double deviation = 5 * Math.Sqrt(rate * (1 - rate) / values.Length);
        Assert.InRange(values.Count(v => v == 0) / (double)values.Length, rate - deviation, rate + deviation);
        float kept = Assert.Single(values.Distinct(), v => v != 0);
        Assert.Equal(1 / (1 - rate), kept, 0.01 / (1 - rate));
        Assert.Equal(values, Values(DropoutMask.OnDevice(x, rate, new SeededRandom(1))));
        Assert.NotEqual(values, Values(DropoutMask.OnDevice(x, rate, new SeededRandom(2))));

        static float[] Values(Tensor tensor) => tensor.to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    [Fact]
    public void The_mask_has_the_shape_type_and_memory_layout_of_its_tensor()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor last = zeros([2, 5, 6, 3]).bfloat16().permute(0, 3, 1, 2);
        Tensor mask = DropoutMask.Like(last, 0.5, new SeededRandom(9));
        Assert.Equal(ScalarType.BFloat16, mask.dtype);
        Assert.Equal(last.stride(), mask.stride());
        Assert.Equal([2, 3, 5, 6], mask.shape);
        Assert.Equal([0f, 2f], mask.to(ScalarType.Float32).contiguous().data<float>().ToArray().Distinct().Order());

        Tensor flat = DropoutMask.Like(zeros([2, 90]), 0.5, new SeededRandom(9));
        Assert.Equal(
            flat.data<float>().ToArray(),
            mask.to(ScalarType.Float32).permute(0, 2, 3, 1).contiguous().data<float>().ToArray()
        );
    }

    [Fact]
    public void Each_layer_and_step_drops_other_values()
    {
        float[] Mask(long step, long layer)
        {
            using DisposeScope scope = NewDisposeScope();
            return DropoutMask
                .Like(zeros(400), 0.5, SeededRandom.For(1, RandomPurpose.Dropout, step, layer))
                .data<float>()
                .ToArray();
        }

        Assert.Equal(Mask(1, 1), Mask(1, 1));
        foreach (float[] other in (float[][])[Mask(2, 1), Mask(1, 2)])
        {
            Assert.InRange(other.Zip(Mask(1, 1)).Count(p => p.First == p.Second), 150, 250);
        }
    }

    private static ushort[] Plain(int length, SeededRandom random)
    {
        ulong[] a = new ulong[8],
            b = new ulong[8];
        foreach (ulong[] lanes in (ulong[][])[a, b])
        {
            for (int i = 0; i < 8; i++)
            {
                lanes[i] = random.Next();
            }
        }

        ulong[] drawn = new ulong[(length + 31) / 32 * 8];
        for (int block = 0; block < drawn.Length; block += 8)
        {
            for (int i = 0; i < 8; i++)
            {
                ulong x = a[i],
                    y = b[i];
                a[i] = y;
                x ^= x << 23;
                b[i] = x ^ y ^ (x >> 18) ^ (y >> 5);
                drawn[block + i] = b[i] + y;
            }
        }

        return MemoryMarshal.Cast<ulong, ushort>(drawn)[..length].ToArray();
    }
}
