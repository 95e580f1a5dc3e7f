namespace Mien.Tests;

/// <summary>
/// Other tests use the pool at the same time, so these tests do not depend on which array is returned.
/// </summary>
public sealed class PixelPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(9_830_400)]
    [InlineData((64 << 20) + 1)]
    public void An_array_is_long_enough_but_not_much_longer(int bytes)
    {
        byte[] array = PixelPool.Rent(bytes);
        Assert.True(array.Length >= bytes, $"{array.Length} for {bytes}");
        Assert.True(array.Length <= Math.Max(4L * bytes, 16 << 20), $"{array.Length} for {bytes}");
        PixelPool.Return(array);
    }

    [Fact]
    public void No_array_is_rented_twice_at_the_same_time()
    {
        Parallel.For(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            i =>
            {
                byte[] array = PixelPool.Rent((2 << 20) + (i * 1000));
                array[0] = array[^1] = (byte)i;
                Thread.Yield();
                Assert.Equal((byte)i, array[0]);
                Assert.Equal((byte)i, array[^1]);
                PixelPool.Return(array);
            }
        );
    }
}
