using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary><c>mien-lab resume</c>: goes on with a training.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN")
        {
            Description = "The run's name, or the path of its folder.",
        }.RejectUnknownOptions();
        Option<string?> runs = TrainCommand.RunsOption();
        Option<bool> quiet = TrainCommand.QuietOption();
        var threads = new Option<int?>("--threads")
        {
            Description =
                "Threads that compute from here on (0: one a core); by default as in the recipe. Another "
                + "number gives other weights.",
            HelpName = "N",
        };
        var data = new Option<string?>("--data", "-d")
        {
            Description = "Where the images lie now, if they were moved since the start.",
            HelpName = "PATH",
        };
        var votes = new Option<string?>("--votes")
        {
            Description = "Where the FER+ votes lie now, if they were moved since the start.",
            HelpName = "FILE",
        };
        var command = new Command(
            "resume",
            "Goes on with a training that was interrupted, from its last checkpoint, with the recipe and data "
                + "that it was started with."
        )
        {
            run,
            runs,
            quiet,
            threads,
            data,
            votes,
        };

        // On the main thread, without a task of its own: see NativeAllocator.
        command.SetAction(
            (result, cancellationToken) =>
            {
                CommandConsole console = CommandConsole.Of(result);
                RunFolder folder = RunFolders.Find(result.GetValue(run)!, result.GetValue(runs));
                TrainingRecipe recipe = RecipeFile.Load(folder.Recipe);
                if (result.GetValue(threads) is { } count)
                {
                    recipe =
                        count >= 0
                            ? recipe with
                            {
                                Threads = count,
                            }
                            : throw new UsageException($"--threads is {count}, expected 0 or more.");
                }

                NetworkGraph graph = NetworkGraph.Build(NetworkDescription.Load(folder.Network));
                RunInfo info = RunInfo.Load(folder.Run);
                DataSource source = info.Source with
                {
                    Path = result.GetValue(data) is { Length: > 0 } path ? Path.GetFullPath(path) : info.Data,
                    Votes = result.GetValue(votes) is { Length: > 0 } file ? Path.GetFullPath(file) : info.Votes,
                };
                FaceDataset images = Read(source, info, console, cancellationToken);
                if (source != info.Source)
                {
                    OutputFile.WriteText(folder.Run, info.With(source, images).ToJson());
                }

                var session = new TrainingSession(folder, recipe, graph, images, console, result.GetValue(quiet));
                session.WriteResult(session.Resume(cancellationToken));
                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            ("mien-lab resume deep", "goes on with the run 'deep'"),
            ("mien-lab resume deep --data /new/place/fer2013.csv.gz", "the same after the data was moved")
        );
    }

    private static FaceDataset Read(
        DataSource source,
        RunInfo info,
        CommandConsole console,
        CancellationToken cancellationToken
    )
    {
        if (!Path.Exists(source.Path))
        {
            throw new UsageException(
                $"{source.Path}: the data that the run was started with is no longer there. Name its new place "
                    + $"with --data PATH."
            );
        }

        if (source.Votes is { } votes && !File.Exists(votes))
        {
            throw new UsageException(
                $"{votes}: the votes that the run was started with are no longer there. Name their new place "
                    + $"with --votes FILE."
            );
        }

        FaceDataset images = source.Read(console, cancellationToken);
        int training = images.IndicesOf(DatasetSplit.Training).Length,
            dev = images.IndicesOf(DatasetSplit.PublicTest).Length;
        return training == info.TrainingImages && dev == info.DevImages
            ? images
            : throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{source.Path}: found {training:N0} images in Training and {dev:N0} in PublicTest, but "
                        + $"the run was started with {info.TrainingImages:N0} and {info.DevImages:N0}. A training "
                        + $"goes on only with the same images: name them with --data PATH, or start anew."
                )
            );
    }
}
