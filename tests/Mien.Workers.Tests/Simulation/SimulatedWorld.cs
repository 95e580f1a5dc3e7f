namespace Mien.Workers.Tests;

/// <summary>
/// Runs the asynchronous code of several processes on one thread with a simulated clock. The order in which code that
/// can run is run is random, and depends on the seed only. If nothing can run, the clock moves to the next timer.
/// </summary>
internal sealed class SimulatedWorld(int seed) : TimeProvider
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly List<(SimulatedProcess? Process, Action Run)> ready = [];
    private readonly PriorityQueue<SimulatedTimer, (long Due, long Number)> timers = new();
    private long ticks;
    private long numbers;

    /// <summary>The random numbers of the whole run.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>The time since the beginning.</summary>
    public TimeSpan Elapsed => new(ticks);

    /// <summary>Is called before each step; it may end processes.</summary>
    public Action? BeforeStep { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Begin.AddTicks(ticks);

    public override long GetTimestamp() => ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, SynchronizationContext.Current as SimulatedProcess, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits for a random time.</summary>
    public Task PauseAsync(TimeSpan max) => Task.Delay(max * Random.NextDouble(), this);

    /// <summary>Runs until a condition holds.</summary>
    /// <param name="isEnded">The condition.</param>
    /// <param name="limit">The simulated time after which the run has failed.</param>
    public void Run(Func<bool> isEnded, TimeSpan limit)
    {
        while (!isEnded())
        {
            Assert.True(Elapsed < limit, $"Nothing has come to an end after {Elapsed} of simulated time.");
            BeforeStep?.Invoke();
            Step();
        }
    }

    /// <summary>Makes code run later, as a part of a process.</summary>
    public void Post(SimulatedProcess? process, Action run)
    {
        // Anything that leaves the one thread would make the order depend on the machine.
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        ready.Add((process, run));
    }

    internal void Schedule(SimulatedTimer timer, TimeSpan after) =>
        timers.Enqueue(timer, (ticks + Math.Max(0, after.Ticks), timer.Number = ++numbers));

    private void Step()
    {
        if (ready.Count == 0)
        {
            Assert.True(
                timers.TryDequeue(out SimulatedTimer? timer, out (long Due, long Number) at),
                "All are waiting."
            );
            ticks = Math.Max(ticks, at.Due);
            if (timer.Number == at.Number)
            {
                Post(timer.Process, timer.Fire);
            }

            return;
        }

        int next = Random.Next(ready.Count);
        (SimulatedProcess? process, Action run) = ready[next];
        ready[next] = ready[^1];
        ready.RemoveAt(ready.Count - 1);
        if (process is { IsDead: true })
        {
            return;
        }

        if (process is not null && process.FrozenUntil > Elapsed)
        {
            var thaw = new SimulatedTimer(this, process, _ => run(), null);
            thaw.Change(process.FrozenUntil - Elapsed, Timeout.InfiniteTimeSpan);
            return;
        }

        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(process);
        try
        {
            run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }
}
