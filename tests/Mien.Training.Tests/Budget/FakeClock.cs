namespace Mien.Training.Tests;

/// <summary>A clock that stands still until it is told.</summary>
internal sealed class FakeClock : TimeProvider
{
    private long now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Seconds since the start.</summary>
    public double Seconds => TimeSpan.FromTicks(now).TotalSeconds;

    public override long GetTimestamp() => now;

    public void Pass(double seconds) => now += TimeSpan.FromSeconds(seconds).Ticks;
}
