using System.Runtime.InteropServices;

namespace Mien.CommandLine;

/// <summary>
/// Turns the first Ctrl-C or SIGTERM into a cancellation, so that the work can stop cleanly. The second one ends the
/// process at once.
/// </summary>
internal sealed class InterruptHandler : IDisposable
{
    /// <summary>
    /// The maximum time that the message waits for the token's callbacks, in milliseconds. The wait is limited because
    /// a callback may itself wait for the message.
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
    /// Waits until the message of a received signal is written, so that later output follows it.
    /// </summary>
    public void WaitUntilTold()
    {
        if (signalled)
        {
            // Longer than the signal handler waits before it writes the message.
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
            return; // context.Cancel stays false, so the default action ends the process.
        }

        context.Cancel = true;
        signalled = true;

        // Cancel this token and the tokens linked to it before the message is written: whoever reads the message can
        // rely on the cancellation.
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
