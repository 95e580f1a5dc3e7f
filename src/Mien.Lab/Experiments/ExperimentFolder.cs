using System.Text.Json;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab;

/// <summary>The folder of an experiment: its plan, its report, and one run folder per trial.</summary>
internal sealed class ExperimentFolder(string path)
{
    private readonly RunFolder self = new(path);

    public string Path => self.Path;

    public string Name => System.IO.Path.GetFileName(Path);

    public string Plan => File("experiment.json");

    public string Progress => File("progress.json");

    public string Html => File("report.html");

    public string Json => File("report.json");

    /// <summary>Whether a process is training this experiment now.</summary>
    public bool IsRunning => self.IsLocked;

    /// <summary>Keeps other processes out; see <see cref="RunFolder.Lock"/>.</summary>
    public IDisposable Lock() => self.Lock();

    public RunFolder Run(Trial trial) => new(File(trial.Name));

    /// <summary>The file that marks a trial as failed; its first line is the reason.</summary>
    public string Failure(Trial trial) => System.IO.Path.Combine(File(trial.Name), "failed.txt");

    /// <summary>The progress of a trial that a process of its own trains.</summary>
    public string ProgressOf(Trial trial) => System.IO.Path.Combine(File(trial.Name), "progress.json");

    /// <summary>Deletes the progress of trials, which the display of an experiment reads.</summary>
    public void DeleteProgress(params IEnumerable<Trial> trials)
    {
        foreach (string file in trials.Select(ProgressOf).Prepend(Progress).Where(System.IO.File.Exists))
        {
            System.IO.File.Delete(file);
        }
    }

    /// <summary>Marks a trial as failed.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="reason">The reason, for the report.</param>
    /// <param name="details">More about it, for a person who looks for the cause; may be empty.</param>
    public void WriteFailure(Trial trial, string reason, string details)
    {
        Directory.CreateDirectory(File(trial.Name));
        OutputFile.WriteText(Failure(trial), $"{reason.ReplaceLineEndings(" ")}\n\n{details}\n");
    }

    /// <summary>The trials that are being trained now; none unless a process trains this experiment.</summary>
    public IReadOnlyList<TrialProgress> Running(ExperimentPlan plan) =>
        IsRunning
            ?
            [
                .. plan
                    .Trials.Where(t => System.IO.File.Exists(ProgressOf(t)))
                    .Select(ProgressOf)
                    .Prepend(Progress)
                    .Select(TrialProgress.Load)
                    .OfType<TrialProgress>(),
            ]
            : [];

    /// <summary>Fills in a trial from its run folder.</summary>
    public Trial Read(Trial trial)
    {
        RunFolder run = Run(trial);
        return trial with
        {
            History = run.ReadHistory(),
            Error = System.IO.File.Exists(Failure(trial))
                ? System.IO.File.ReadLines(Failure(trial)).FirstOrDefault("")
                : null,
            IsStarted = RunFolders.IsRun(run),
            FittedEpochs =
                trial.Configuration.Hours > 0 && RunFolders.IsRun(run) ? RecipeFile.Load(run.Recipe).Epochs : null,
            Mien = Version(run),
        };
    }

    private static string? Version(RunFolder run)
    {
        try
        {
            return System.IO.File.Exists(run.Run) ? RunInfo.Load(run.Run).Mien : null;
        }
        catch (TrainingException)
        {
            return null; // damaged: resuming the trial reports this, a report of the experiment need not
        }
    }

    public void SavePlan(ExperimentPlan plan) =>
        OutputFile.WriteText(Plan, JsonSerializer.Serialize(plan, ReadableJson.Options) + "\n");

    /// <summary>Reads the plan of the experiment.</summary>
    /// <exception cref="TrainingException">It is damaged.</exception>
    public ExperimentPlan LoadPlan()
    {
        try
        {
            return JsonSerializer.Deserialize<ExperimentPlan>(System.IO.File.ReadAllText(Plan), ReadableJson.Options)
                ?? throw new JsonException("the text is 'null'");
        }
        catch (JsonException e)
        {
            throw new TrainingException(
                ErrorKind.BadInput,
                "badRun",
                $"{Plan}: not a valid experiment plan: {e.Message} 'mien-lab experiment run FILE' writes it again and "
                    + $"keeps finished trials.",
                e
            );
        }
    }

    /// <summary>Finds the folder of an existing experiment.</summary>
    /// <exception cref="UsageException">There is none; the message lists the existing ones.</exception>
    public static ExperimentFolder Find(string name, string? root) =>
        new(
            RunFolders.Find(
                name,
                root,
                d => IsExperiment(new ExperimentFolder(d)),
                "experiment",
                "mien-lab experiment run FILE"
            )
        );

    public static bool IsExperiment(ExperimentFolder folder) => System.IO.File.Exists(folder.Plan);

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
