namespace Mien.Video.Tests;

public class VideoOptionsTests
{
    [Theory]
    [InlineData(0d)]
    [InlineData(-1d)]
    [InlineData(1001d)]
    [InlineData(double.NaN)]
    public void ARateOutOfRangeIsRefused(double rate) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new VideoOptions { FramesPerSecond = rate });
}
