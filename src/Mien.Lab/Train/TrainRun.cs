using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Starts a training in a run folder of its own.</summary>
internal sealed class TrainRun(CommandConsole console)
{
    /// <summary>The recipe file; <c>null</c>: the defaults.</summary>
    public string? RecipePath { get; init; }

    /// <summary>Keys of the recipe that have other values, as <c>key=value</c>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>The checkpoint to start with; <c>null</c>: random weights.</summary>
    public string? From { get; init; }

    /// <summary>The run's name; <c>null</c>: the recipe's or the network's.</summary>
    public string? Name { get; init; }

    /// <summary>Where run folders lie; <c>null</c>: the usual place.</summary>
    public string? Runs { get; init; }

    /// <summary>Whether a run of that name is deleted.</summary>
    public bool Overwrite { get; init; }

    public bool Quiet { get; init; }

    public required GivenData Data { get; init; }

    /// <summary>Does the work. On the main thread, see NativeAllocator.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        TrainingRecipe used = RecipeFile.Load(RecipePath, Overrides);
        string? start = StartOf(From);

        // A path in a recipe file may stand beside it, so that the recipe of a run folder trains that run's network.
        bool inFile = RecipePath is not null && used.Network == RecipeFile.Load(RecipePath).Network;
        string? beside = RecipePath is null ? null : Path.GetDirectoryName(Path.GetFullPath(RecipePath));
        NetworkGraph graph = NetworkGraph.Build(
            start is not null
                ? CheckpointReader.Read(start).Network
                : NetworkFiles.Resolve(used.Network, inFile ? beside : null)
        );
        used = Teachers.WithFullPath(start is null ? used : used with { Network = graph.Description.Name }, beside);
        DataSource source = Data.Source();
        RunFolder folder = RunFolders.New(
            Name ?? Path.GetFileNameWithoutExtension(RecipePath) ?? graph.Description.Name,
            Runs
        );
        if (File.Exists(folder.Recipe) && !Overwrite)
        {
            throw new UsageException(
                $"A run '{Path.GetFileName(folder.Path)}' is there already ({folder.Path}). Go on with "
                    + $"'mien-lab resume {RunFolders.NameOf(folder)}', or give another --name, or "
                    + $"--overwrite."
            );
        }

        FaceDataset images = source.Read(console, cancellationToken);
        var session = new TrainingSession(folder, used, graph, images, console, Quiet);
        RunInfo info = RunInfo.Of(source, images) with
        {
            From = start,
            Before = start is null ? null : RunInfo.TrainingDataOf(start),
        };
        session.WriteResult(session.Start(info, cancellationToken));
        return ExitCodes.Done;
    }

    private static string? StartOf(string? path) =>
        path is null || File.Exists(path)
            ? (path is null ? null : Path.GetFullPath(path))
            : throw new UsageException($"--from: there is no file '{path}', expected a checkpoint (.safetensors).");
}
