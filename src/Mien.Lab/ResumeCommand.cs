using System.CommandLine;
using Mien.CommandLine;
using Mien.Data;
using Mien.Training;
using Mien.Training.Running;

namespace Mien.Lab;

/// <summary><c>mien-lab resume</c>: goes on with a training.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The run's name, or the path of its folder." };
        Option<string?> runs = TrainCommand.RunsOption();
        Option<bool> quiet = TrainCommand.QuietOption();
        var threads = new Option<int?>("--threads") { Description = "Threads that compute from here on; by default as in the recipe. Another number gives other weights.", HelpName = "N" };
        var command = new Command("resume", "Goes on with a training that was interrupted, from its last checkpoint, with the recipe and data that it was started with.") { run, runs, quiet, threads };
        // On the main thread, without a task of its own: see NativeAllocator.
        command.SetAction((result, cancellationToken) =>
        {
            CommandConsole console = CommandConsole.Of(result);
            RunFolder folder = Find(result.GetValue(run)!, result.GetValue(runs));
            TrainingRecipe recipe = RecipeFile.Load(folder.Recipe);
            RunInfo info = RunInfo.FromJson(File.ReadAllText(folder.Run));
            FaceDataset data = new DataSource(info.Data, info.Votes, info.SkipBadRows).Read(console, cancellationToken);
            TrainingSession.Run(folder, result.GetValue(threads) is { } count ? recipe with { Threads = count } : recipe, data, console, result.GetValue(quiet), cancellationToken);
            return Task.FromResult(ExitCodes.Done);
        });
        return command.WithExamples(("mien-lab resume deep", "goes on with the run 'deep'"));
    }

    internal static RunFolder Find(string run, string? root)
    {
        root ??= RunFolder.DefaultRoot;
        foreach (string path in (string[])[Path.Combine(root, run), run])
        {
            var folder = new RunFolder(path);
            if (File.Exists(folder.Recipe) && File.Exists(folder.Run) && File.Exists(folder.Network))
            {
                return folder;
            }
        }

        string[] known = Directory.Exists(root) ? [.. Directory.GetDirectories(root).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)] : [];
        throw new UsageException($"There is no run '{run}' in {root}. {(known.Length == 0 ? "No run is there; start one with 'mien-lab train'." : "There: " + string.Join(", ", known) + ".")}");
    }
}
