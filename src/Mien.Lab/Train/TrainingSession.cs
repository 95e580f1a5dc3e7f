using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Runs a training in its run folder and shows its progress; shared by <c>train</c>, <c>resume</c> and
/// <c>experiment</c>.
/// </summary>
internal sealed partial class TrainingSession(
    RunFolder folder,
    TrainingRecipe recipe,
    NetworkGraph graph,
    FaceDataset data,
    CommandConsole console,
    bool quiet
)
{
    /// <summary>
    /// 1 after this process has written the note on how libtorch was loaded: once is enough for all its trainings.
    /// </summary>
    private static int noticeTold;

    /// <summary>
    /// The epoch after which the session ends, even if the recipe has more; 0: the recipe's last epoch.
    /// </summary>
    public int StopAfterEpoch { get; init; }

    /// <summary>The command that resumes the training after an interruption.</summary>
    public string ResumeWith { get; init; } = $"mien-lab resume {RunFolders.NameOf(folder)}";

    /// <summary>The device and the libtorch to train with.</summary>
    public GivenDevice Device { get; init; } = new();

    /// <summary>The model with the initial weights; <c>null</c> if they are random or those of a checkpoint.</summary>
    public StartingModel? StartingModel { get; init; }

    /// <summary>
    /// Trains one step with a batch size, after memory ran out; <c>null</c> trains it with this session's network.
    /// </summary>
    public Action<int>? TryBatchSize { get; init; }

    /// <summary>The title of the progress display.</summary>
    public string Title { get; init; } = graph.Description.Name;

    /// <summary>Whether a line is written for every epoch.</summary>
    public bool EpochLines { get; init; } = true;

    /// <summary>Called after every batch and every epoch, in addition to the display.</summary>
    public Action<TrainingProgress>? Watch { get; init; }

    /// <summary>
    /// Trains from the beginning, with random weights or those of <see cref="RunInfo.From"/>. The files of an older run
    /// in the folder are deleted only after this training was set up without an error.
    /// </summary>
    public TrainingState Start(RunInfo info, CancellationToken cancellationToken)
    {
        bool isNew = !Directory.Exists(folder.Path);
        Directory.CreateDirectory(folder.Path);
        try
        {
            using IDisposable alone = folder.Lock();
            ChosenDevice device = UseDevice();
            using Taught teacher = Teacher(cancellationToken);
            RunInfo used = info.On(device) with
            {
                Teacher = teacher.Model,
                VoteTeacher = teacher.VoteModel,
                LeftOutImages = recipe.Folds == 0 ? null : Folds.LeftOut(recipe, data).Count,
            };
            return WithAdvice(
                device,
                Create,
                () =>
                {
                    if (recipe.Hours > 0)
                    {
                        FitHours(Create, device, cancellationToken);
                    }

                    using Trainer trainer = Anew(used, Create, device, cancellationToken);
                    return Train(trainer, cancellationToken);
                }
            );

            Trainer Create(TrainingRecipe now, RunFolder where) => CreateTrainer(now, where, teacher, device);
        }
        finally
        {
            if (isNew && !Directory.EnumerateFileSystemEntries(folder.Path).Any())
            {
                Directory.Delete(folder.Path); // the training could not start
            }
        }
    }

    /// <summary>
    /// Resumes from the last checkpoint, or from the beginning if the training stopped before the first one.
    /// </summary>
    public TrainingState Resume(CancellationToken cancellationToken)
    {
        using IDisposable alone = folder.Lock();
        if (recipe.Hours > 0)
        {
            // The run's own recipe has the number of epochs that the hours gave.
            recipe = RecipeFile.Load(folder.Recipe) with
            {
                Threads = recipe.Threads,
            };
        }

        ChosenDevice device = UseDevice();
        using Taught teacher = Teacher(cancellationToken);
        if (teacher.Model is not null && RunInfo.Load(folder.Run).Teacher is var then && then != teacher.Model)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "noTeacher",
                $"{recipe.Teacher}: found the model {teacher.Model}, but the run was started "
                    + $"with {then ?? "none"}. A training can only be resumed with the same teacher. Restore that "
                    + $"file, or start a new run."
            );
        }

        return WithAdvice(
            device,
            Create,
            () =>
            {
                using Trainer trainer = Create(recipe, folder);
                return Continue(trainer, device, cancellationToken);
            }
        );

        Trainer Create(TrainingRecipe now, RunFolder where) => CreateTrainer(now, where, teacher, device);
    }

    private TrainingState Continue(Trainer trainer, ChosenDevice device, CancellationToken cancellationToken)
    {
        RunInfo before = RunInfo.Load(folder.Run);
        if (before.On(device) is var now && now.Device != before.Device)
        {
            OutputFile.WriteText(folder.Run, now.ToJson());
        }

        if (trainer.State.Step > 0 && !quiet)
        {
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Resuming from step {trainer.State.Step:N0} of {Total:N0}."
                )
            );
        }

        Train(trainer, cancellationToken);
        // A run that was killed after its last checkpoint lacks the end of the curves.
        HistoryPlot.Save(folder, trainer.State.History);
        return trainer.State;
    }

    /// <summary>Writes the training summary.</summary>
    public void WriteResult(TrainingState state)
    {
        string best =
            state.BestEpoch > 0
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"Best PublicTest accuracy {state.BestAccuracy:P2} in epoch {state.BestEpoch} "
                        + $"of {state.History.Count}"
                )
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"No best epoch: none of {state.History.Count} epochs was evaluated at the network's own input size"
                );
        console.Out.WriteLine(
            $"{best} ({DurationText.Of(TimeSpan.FromSeconds(EpochRecord.SecondsWorked(state.History)))}). Run "
                + $"folder: {folder.Path}"
        );
    }

    private long Total =>
        (long)(StopAfterEpoch > 0 ? Math.Min(StopAfterEpoch, recipe.Epochs) : recipe.Epochs) * Batches;

    private int Batches => Folds.Trained(recipe, data).Count / recipe.BatchSize;

    private TrainingState Train(Trainer trainer, CancellationToken cancellationToken)
    {
        try
        {
            using WorkProgress bar = WorkProgress.Start(
                Title,
                Total,
                new WorkProgressOptions
                {
                    Console = console,
                    Quiet = quiet,
                    Unit = "batches",
                    AlreadyDone = trainer.State.Step,
                    PlainInterval = TimeSpan.FromMinutes(1),
                }
            );
            return trainer.Run(progress => Show(progress, bar, trainer), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            console.Error.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A checkpoint was written at step {trainer.State.Step:N0} of {Total:N0}. Resume with: {ResumeWith}"
                )
            );
            throw;
        }
    }

    /// <summary>
    /// Creates a trainer that starts from step 0 even if the folder has a checkpoint of an older run. That checkpoint
    /// is restored if the trainer cannot be created.
    /// </summary>
    private Trainer Anew(
        RunInfo info,
        Func<TrainingRecipe, RunFolder, Trainer> create,
        ChosenDevice device,
        CancellationToken cancellationToken
    )
    {
        const string Old = ".old";
        string[] aside = [.. ((string[])[folder.Last, folder.Initial]).Where(File.Exists)];
        foreach (string old in aside)
        {
            File.Move(old, old + Old, overwrite: true);
        }

        try
        {
            if (StartingModel is { } model)
            {
                model.Write(folder.Initial, recipe, data, device.ToTorch(), cancellationToken);
            }
            else if (info.From is { } start)
            {
                using FileStream weights = File.OpenRead(aside.Contains(start) ? start + Old : start);
                OutputFile.Write(folder.Initial, weights.CopyTo);
            }

            Trainer trainer = create(recipe, folder);
            foreach (
                string old in (string[])[.. aside.Select(a => a + Old), folder.Best, folder.History, folder.Curves]
            )
            {
                File.Delete(old);
            }

            OutputFile.WriteText(folder.Network, graph.Description.ToJson() + "\n");
            OutputFile.WriteText(folder.Run, info.ToJson());
            OutputFile.WriteText(folder.Recipe, RecipeFile.ToJson(recipe) + "\n");
            return trainer;
        }
        catch
        {
            File.Delete(folder.Initial);
            foreach (string old in aside.Where(a => File.Exists(a + Old)))
            {
                File.Move(old + Old, old, overwrite: true);
            }

            throw;
        }
    }

    private Taught Teacher(CancellationToken cancellationToken)
    {
        bool voting = graph.Heads.Contains(LabelSets.FerPlus);
        return new Taught(
            Teachers.Ask(recipe, voting, data, console, quiet, cancellationToken),
            AugmentedTeachers.Open(
                recipe,
                voting,
                data,
                AugmentedTeachers.CacheOf(folder),
                console,
                quiet,
                cancellationToken
            )
        );
    }

    private ChosenDevice UseDevice()
    {
        ChosenDevice device = Device.Use(recipe.Threads);
        if (!quiet && EpochLines)
        {
            console.Error.WriteLine(GivenDevice.Describe(device));
        }

        if (LibTorch.Notice is { } notice && !quiet && Interlocked.Exchange(ref noticeTold, 1) == 0)
        {
            console.Error.WriteLine("note: " + notice);
        }

        return device;
    }

    private Trainer CreateTrainer(TrainingRecipe used, RunFolder where, Taught teacher, ChosenDevice device) =>
        new(
            used,
            graph,
            data,
            where,
            teacher.Plain?.Probabilities,
            teacher.Plain?.VoteProbabilities,
            teacher.Augmented?.Teacher,
            device.ToTorch()
        )
        {
            StopAfterEpoch = StopAfterEpoch,
        };

    private void Show(TrainingProgress p, WorkProgress bar, Trainer trainer)
    {
        Watch?.Invoke(p);
        if (p.Finished is { } e)
        {
            HistoryPlot.Save(folder, trainer.State.History);
            if (!quiet && EpochLines)
            {
                bar.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"epoch {e.Epoch, 3}/{p.Epochs}  {e.Size}px  loss {e.TrainLoss:F4}  "
                            + $"train {e.TrainAccuracy:P2}  validation loss {e.ValidationLoss:F4}  "
                            + $"validation {e.ValidationAccuracy:P2}{(p.IsBest ? " *" : "  ")}  lr {e.LearningRate:G3} "
                            + $" {e.ImagesPerSecond:F0} images/s"
                    )
                );
            }

            return;
        }

        long done = ((long)(p.Epoch - 1) * p.Batches) + p.Batch;
        bar.Report(
            done,
            string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {p.Epoch}/{p.Epochs} batch {p.Batch}/{p.Batches}  {p.ImagesPerSecond:F0} images/s "
                    + $" {DurationText.Of(p.Remaining)} left  loss {p.Loss:F4}  train {p.Accuracy:P1}  "
                    + $"lr {p.LearningRate:G3}"
            )
        );
    }

    /// <summary>The teacher of a training, if there is one: of plain images, or of augmented ones.</summary>
    private sealed record Taught(Teachers.Answers? Plain, AugmentedTeachers.Opened? Augmented) : IDisposable
    {
        public string? Model => Plain?.Model ?? Augmented?.Model;

        public string? VoteModel => Plain?.VoteModel ?? Augmented?.VoteModel;

        public void Dispose() => Augmented?.Teacher.Dispose();
    }
}
