using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;
using Mien.Training.Native;
using Mien.Training.Running;

namespace Mien.Lab;

/// <summary>Runs a training from its folder with a display; shared by <c>train</c> and <c>resume</c>.</summary>
internal static class TrainingSession
{
    public static void Run(RunFolder folder, TrainingRecipe recipe, FaceDataset data, CommandConsole console, bool quiet, CancellationToken cancellationToken)
    {
        LibTorch.Initialize(recipe.Threads);
        if (LibTorch.Notice is { } notice)
        {
            console.Error.WriteLine("note: " + notice);
        }

        NetworkGraph graph = NetworkGraph.Build(NetworkDescription.Load(folder.Network));
        using var trainer = new Trainer(recipe, graph, data, folder);
        long total = (long)recipe.Epochs * (data.IndicesOf(DatasetSplit.Training).Length / recipe.BatchSize);
        if (trainer.State.Step > 0)
        {
            console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Going on from step {trainer.State.Step} of {total}."));
        }

        using (WorkProgress bar = WorkProgress.Start(recipe.Network, total, new WorkProgressOptions { Console = console, Quiet = quiet, Unit = "batches", AlreadyDone = trainer.State.Step, PlainInterval = TimeSpan.FromMinutes(1) }))
        {
            trainer.Run(progress => Show(progress, bar, quiet, folder, trainer), cancellationToken);
        }

        TrainingState state = trainer.State;
        console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Best PublicTest accuracy {state.BestAccuracy:P2} in epoch {state.BestEpoch} of {state.History.Count} ({DurationText.Of(TimeSpan.FromSeconds(state.Seconds))}). Kept in {folder.Path}"));
    }

    private static void Show(TrainingProgress p, WorkProgress bar, bool quiet, RunFolder folder, Trainer trainer)
    {
        if (p.Finished is { } e)
        {
            Curves.Draw(folder, trainer.State.History);
            if (!quiet)
            {
                bar.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"epoch {e.Epoch,3}/{p.Epochs}  {e.Size}px  loss {e.TrainLoss:F4}  train {e.TrainAccuracy:P2}  dev loss {e.DevLoss:F4}  dev {e.DevAccuracy:P2}{(p.IsBest ? " *" : "  ")}  lr {e.LearningRate:G3}  {e.ImagesPerSecond:F0} images/s"));
            }

            return;
        }

        long done = ((long)(p.Epoch - 1) * p.Batches) + p.Batch;
        bar.Report(done, string.Create(CultureInfo.InvariantCulture,
            $"epoch {p.Epoch}/{p.Epochs} batch {p.Batch}/{p.Batches}  {p.ImagesPerSecond:F0} images/s  {DurationText.Of(p.Remaining)} left  loss {p.Loss:F4}  train {p.Accuracy:P1}  lr {p.LearningRate:G3}"));
    }
}
