using System.Runtime.InteropServices;

namespace Mien.CommandLine;

/// <summary>
/// Turns the first Ctrl-C or SIGTERM into a cancellation, so that the work ends at the next good place; the second one
/// ends the process at once.
/// </summary>
internal sealed class InterruptHandler : IDisposable
{
    /// <summary>
    /// How long the message waits for what hangs on the token, in milliseconds. Not without end: what goes on there may
    /// itself wait for the message.
    /// </summary>
    private const int MaxWait = 500;

    private readonly CancellationTokenSource source;
    private readonly ManualResetEventSlim told = new();
    private readonly TextWriter error;
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;
    private volatile bool signalled;

    public InterruptHandler(TextWriter error, CancellationToken outer)
    {
        this.error = error;
        source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    public CancellationToken Token => source.Token;

    /// <summary>
    /// Returns when the message of a signal that has come is written, so that what is written next comes after it.
    /// </summary>
    public void WaitUntilTold()
    {
        if (signalled)
        {
            told.Wait(2 * MaxWait);
        }
    }

    public void Dispose()
    {
        WaitUntilTold();
        interrupt.Dispose();
        terminate.Dispose();
        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (source.IsCancellationRequested)
        {
            return; // Not cancelled: the system's default ends the process.
        }

        context.Cancel = true;
        signalled = true;

        // Before the message, and with it the tokens that are linked to this one: who has read the message can rely on
        // it.
        Task.WaitAny([source.CancelAsync()], MaxWait);
        try
        {
            error.WriteLine();
            error.WriteLine(
                context.Signal == PosixSignal.SIGINT ? "Stopping; press Ctrl-C again to stop at once." : "Stopping."
            );
        }
        finally
        {
            told.Set();
        }
    }
}
