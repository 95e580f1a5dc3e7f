using System.CommandLine;
using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary><c>mien-lab train</c>: starts a training.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        Argument<string?> recipe = new Argument<string?>("RECIPE")
        {
            Description = "A recipe file (JSON with comments). Without one the defaults count.",
            Arity = ArgumentArity.ZeroOrOne,
        }.RejectUnknownOptions();
        var name = new Option<string?>("--name", "-n")
        {
            Description = "The run's name; by default the recipe's or the network's.",
            HelpName = "NAME",
        };
        var runs = RunsOption();
        var set = new Option<string[]>("--set")
        {
            Description = "Overrides a key of the recipe, such as --set epochs=10; may stand often.",
            HelpName = "KEY=VALUE",
        };
        var startFrom = new Option<string?>("--from")
        {
            Description =
                "Start with the weights of this checkpoint (.safetensors: a run's, or one from 'mien-lab "
                + "import') instead of random ones. Its network is trained, whatever the recipe names.",
            HelpName = "FILE",
        };
        var overwrite = new Option<bool>("--overwrite")
        {
            Description = "Start anew although a run of that name is there; its checkpoints and history are deleted.",
        };
        Option<bool> quiet = QuietOption();
        var data = new DataArguments();
        var command = new Command(
            "train",
            "Trains a network by a recipe, whose keys are options too: learningRate is --learning-rate. The "
                + "run's folder keeps the recipe, the history, curves and checkpoints; Ctrl-C ends after the batch, "
                + "'mien-lab resume' goes on."
        )
        {
            recipe,
            name,
            runs,
            set,
            startFrom,
            overwrite,
            quiet,
        };
        data.AddTo(command);
        var keys = new RecipeOptions();
        keys.AddTo(command);

        // On the main thread, without a task of its own: see NativeAllocator.
        command.SetAction(
            (result, cancellationToken) =>
            {
                CommandConsole console = CommandConsole.Of(result);
                string? file = result.GetValue(recipe);
                TrainingRecipe used = RecipeFile.Load(file, [.. keys.Overrides(result), .. result.GetValue(set) ?? []]);
                string? start = StartOf(result.GetValue(startFrom));

                // A path in a recipe file may stand beside it, so that the recipe of a run folder trains that run's
                // network.
                bool inFile = file is not null && used.Network == RecipeFile.Load(file).Network;
                string? beside = file is null ? null : Path.GetDirectoryName(Path.GetFullPath(file));
                NetworkGraph graph = NetworkGraph.Build(
                    start is not null
                        ? CheckpointReader.Read(start).Network
                        : NetworkFiles.Resolve(used.Network, inFile ? beside : null)
                );
                used = Teachers.WithFullPath(
                    start is null ? used : used with { Network = graph.Description.Name },
                    beside
                );
                DataSource source = data.Source(result);
                RunFolder folder = RunFolders.New(
                    result.GetValue(name) ?? Path.GetFileNameWithoutExtension(file) ?? graph.Description.Name,
                    result.GetValue(runs)
                );
                if (File.Exists(folder.Recipe) && !result.GetValue(overwrite))
                {
                    throw new UsageException(
                        $"A run '{Path.GetFileName(folder.Path)}' is there already ({folder.Path}). Go on with "
                            + $"'mien-lab resume {RunFolders.NameOf(folder)}', or give another --name, or "
                            + $"--overwrite."
                    );
                }

                FaceDataset images = source.Read(console, cancellationToken);
                var session = new TrainingSession(folder, used, graph, images, console, result.GetValue(quiet));
                RunInfo info = RunInfo.Of(source, images) with
                {
                    From = start,
                    Before = start is null ? null : RunInfo.TrainingDataOf(start),
                };
                session.WriteResult(session.Start(info, cancellationToken));
                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            (
                "mien-lab train recipes/tiny.json --data fer2013.csv.gz --votes fer2013new.csv",
                "as the shipped tiny network was trained"
            ),
            (
                "mien-lab train recipes/shallow.json --data fer2013.csv --from old.safetensors --learning-rate 0.005",
                "goes on from weights that are there"
            ),
            ("mien-lab train --network shallow --epochs 5 --data fer2013.csv", "a first try with the defaults"),
            ("mien-lab train my.json --data faces/ --name try2 --learning-rate 0.02", "a recipe with one key changed")
        );
    }

    private static string? StartOf(string? path) =>
        path is null || File.Exists(path)
            ? (path is null ? null : Path.GetFullPath(path))
            : throw new UsageException($"--from: there is no file '{path}', expected a checkpoint (.safetensors).");

    internal static Option<string?> RunsOption() =>
        new("--runs")
        {
            Description = "Where run folders lie; by default $MIEN_RUNS, or mien/runs in the user's data folder.",
            HelpName = "DIR",
        };

    internal static Option<bool> QuietOption() =>
        new("--quiet", "-q") { Description = "No progress, only the result." };
}
