using System.Runtime.InteropServices;

namespace Mien.CommandLine;

/// <summary>
/// Turns the first Ctrl-C or SIGTERM into a cancellation, so that the work ends at the next good place; the second one ends
/// the process at once.
/// </summary>
internal sealed class InterruptHandler : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly TextWriter error;
    private readonly PosixSignalRegistration interrupt;
    private readonly PosixSignalRegistration terminate;

    public InterruptHandler(TextWriter error, CancellationToken outer)
    {
        this.error = error;
        source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle);
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
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
        _ = source.CancelAsync(); // requested before the message: who has read it can rely on it
        error.WriteLine();
        error.WriteLine(context.Signal == PosixSignal.SIGINT ? "Stopping; press Ctrl-C again to stop at once." : "Stopping.");
    }
}
