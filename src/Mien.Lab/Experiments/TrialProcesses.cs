using System.Globalization;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary>Trains the trials of an experiment side by side, each in a process of its own.</summary>
/// <param name="console">The console.</param>
/// <param name="quiet">Whether to show no progress.</param>
/// <param name="jobs">The number of processes at the same time.</param>
/// <param name="folder">The experiment's folder, which this process has locked.</param>
/// <param name="arguments">The arguments with which <c>mien-lab</c> trains one step.</param>
/// <param name="ended">Called after each training with the state of the experiment.</param>
internal sealed class TrialProcesses(
    CommandConsole console,
    bool quiet,
    int jobs,
    ExperimentFolder folder,
    Func<TrialStep, IEnumerable<string>> arguments,
    Action<Experiment, TrialStep> ended
)
{
    private const int Whole = 1000; // the scale of the progress, per trial

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, TrialProcess> running = new(StringComparer.Ordinal);

    /// <summary>Trains until nothing is left. If it is cancelled, all processes stop with a checkpoint.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Stops all processes.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Run(ExperimentPlan plan, CancellationToken cancellationToken)
    {
        Experiment now = Experiment.Read(folder, plan);
        using WorkProgress bar = WorkProgress.Start(
            plan.Name,
            Whole * now.Trials.Count(),
            new WorkProgressOptions
            {
                Console = console,
                Quiet = quiet,
                ShowCounts = false,
                AlreadyDone = Done(now),
                PlainInterval = TimeSpan.FromMinutes(1),
            }
        );
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Start(now);
                if (running.Count == 0)
                {
                    return;
                }

                Task.WhenAny([.. running.Values.Select(p => p.EndAsync())]).Wait(Interval, cancellationToken);
                now = Experiment.Read(folder, plan);
                foreach (TrialProcess process in running.Values.Where(p => p.HasEnded).ToArray())
                {
                    running.Remove(process.Step.Trial.Name);
                    now = End(process, plan);
                    bar.Aside(() => ended(now, process.Step));
                }

                bar.Report(Done(now), Text(now));
            }
        }
        finally
        {
            StopAll();
        }
    }

    /// <summary>What is being trained, in one line.</summary>
    internal static string Text(Experiment now) =>
        string.Join(
            "; ",
            now.AllRunning.Select(r =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{r.Trial} {r.Epoch}/{r.Epochs}, {r.ImagesPerSecond:0} images/s"
                )
            )
        );

    private static long Done(Experiment now) =>
        now.Trials.Sum(t =>
            t.IsFinished || t.Error is not null || t.StoppedAfter is not null
                ? Whole
                : Math.Min(Whole, Whole * t.History.Count / Math.Max(1, t.Epochs))
        );

    private void Start(Experiment now)
    {
        foreach (TrialStep step in now.Ready.Where(s => !running.ContainsKey(s.Trial.Name)).ToArray())
        {
            if (running.Count >= jobs)
            {
                return;
            }

            running.Add(step.Trial.Name, new TrialProcess(step, arguments(step)));
        }
    }

    private Experiment End(TrialProcess process, ExperimentPlan plan)
    {
        using (process)
        {
            Trial trial = process.Step.Trial;
            folder.DeleteProgress(trial);
            string failure = folder.Failure(trial);
            if (process.Finish(File.Exists(failure)) is { } crash)
            {
                folder.WriteFailure(trial, crash, "");
            }

            if (File.Exists(failure))
            {
                console.Error.WriteLine($"{trial.Name} failed: {File.ReadLines(failure).FirstOrDefault()}");
            }

            return Experiment.Read(folder, plan);
        }
    }

    private void StopAll()
    {
        foreach (TrialProcess process in running.Values)
        {
            process.Stop();
        }

        foreach (TrialProcess process in running.Values)
        {
            process.EndAsync().Wait();
            folder.DeleteProgress(process.Step.Trial);
            process.Dispose();
        }

        running.Clear();
    }
}
