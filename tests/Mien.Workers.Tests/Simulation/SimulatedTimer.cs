namespace Mien.Workers.Tests;

/// <summary>A timer of the simulated clock. It belongs to the process that has made it, and ends with it.</summary>
internal sealed class SimulatedTimer(
    SimulatedWorld world,
    SimulatedProcess? process,
    TimerCallback callback,
    object? state
) : ITimer
{
    private TimeSpan period = Timeout.InfiniteTimeSpan;

    public SimulatedProcess? Process => process;

    /// <summary>The number of the entry that counts; entries of an earlier due time are ignored.</summary>
    public long Number { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
    {
        period = newPeriod;
        Number = 0;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            world.Schedule(this, dueTime);
        }

        return true;
    }

    public void Fire()
    {
        if (Number == 0)
        {
            return; // disposed of, or changed, after it was due
        }

        if (period > TimeSpan.Zero)
        {
            world.Schedule(this, period);
        }
        else
        {
            Number = 0;
        }

        callback(state);
    }

    public void Dispose() => Number = 0;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
