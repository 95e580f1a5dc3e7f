using Mien.Adaptation;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>Shows the progress of an adaptation, one bar per stage. Thread-safe.</summary>
internal sealed class AdaptProgress(CommandConsole console, bool quiet) : IProgress<AdaptationProgress>, IDisposable
{
    private readonly Lock gate = new();
    private WorkProgress? bar;
    private AdaptationStage? stage;
    private int done;
    private bool isDisposed;

    public void Report(AdaptationProgress value)
    {
        lock (gate)
        {
            if (isDisposed || value.Stage < stage)
            {
                return;
            }

            if (value.Stage != stage)
            {
                bar?.Dispose();
                bar = Start(value);
                stage = value.Stage;
                done = 0;
            }

            // Threads may report out of order.
            done = Math.Max(done, value.Done);
            bar!.Report(done);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            bar?.Dispose();
        }
    }

    private WorkProgress Start(AdaptationProgress value) =>
        WorkProgress.Start(
            value.Stage == AdaptationStage.Faces ? "Reading faces" : "Fitting and measuring",
            value.Total,
            new WorkProgressOptions
            {
                Console = console,
                Unit = value.Stage == AdaptationStage.Faces ? "faces" : "",
                ShowCounts = value.Stage == AdaptationStage.Faces,
                Quiet = quiet,
            }
        );
}
