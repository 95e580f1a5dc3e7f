namespace Mien.Workers.Tests;

/// <summary>
/// A process of the simulated world. All its asynchronous code runs with it as the synchronisation context, so that
/// nothing of it runs any more once it is dead, wherever it was waiting.
/// </summary>
internal sealed class SimulatedProcess(SimulatedWorld world, string name) : SynchronizationContext
{
    public string Name => name;

    public bool IsDead { get; private set; }

    /// <summary>Nothing of the process runs until this time since the beginning: a stalled machine.</summary>
    public TimeSpan FrozenUntil { get; set; }

    /// <summary>Asks the process to end, as SIGTERM does.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>Ends the time of grace.</summary>
    public CancellationTokenSource Abort { get; } = new();

    /// <summary>What the process has come to; <see langword="null"/> while it runs.</summary>
    public Task? Main { get; private set; }

    public bool HasEnded => IsDead || Main is { IsCompleted: true };

    /// <summary>Ends the process as kill -9 does.</summary>
    public void Kill() => IsDead = true;

    /// <summary>Starts the process.</summary>
    public void Start(Func<Task> main) => world.Post(this, () => Main = main());

    public override void Post(SendOrPostCallback d, object? state) => world.Post(this, () => d(state));

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public override SynchronizationContext CreateCopy() => this;
}
