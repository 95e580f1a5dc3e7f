using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Starts a training in a new run folder.</summary>
internal sealed class TrainRun(CommandConsole console)
{
    /// <summary>The recipe file; <c>null</c> uses the defaults.</summary>
    public string? RecipePath { get; init; }

    /// <summary>Recipe keys to override, as <c>key=value</c>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>The checkpoint or model with the initial weights; <c>null</c> uses random weights.</summary>
    public string? From { get; init; }

    /// <summary>The run's name; <c>null</c> uses that of the recipe file or the network.</summary>
    public string? Name { get; init; }

    /// <summary>The folder of all runs; <c>null</c> uses the default folder.</summary>
    public string? Runs { get; init; }

    /// <summary>Whether an existing run of that name is replaced.</summary>
    public bool Overwrite { get; init; }

    public bool Quiet { get; init; }

    public required GivenData Data { get; init; }

    public GivenDevice Device { get; init; } = new();

    /// <summary>Runs the command. Call it on the main thread, see NativeAllocator.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        Device.Check();
        TrainingRecipe used = RecipeFile.Load(RecipePath, Overrides);

        // A network path in a recipe file is relative to that file, so that the recipe of a run folder trains its
        // network.
        bool inFile = RecipePath is not null && used.Network == RecipeFile.Load(RecipePath).Network;
        string? beside = RecipePath is null ? null : Path.GetDirectoryName(Path.GetFullPath(RecipePath));
        StartingModel? model = From is not null && StartingModel.Is(From) ? StartingModel.Read(From, Named) : null;
        string? start = model?.Name ?? CheckpointOf(From);
        NetworkGraph graph = NetworkGraph.Build(
            NetworkFiles.WithHeads(
                model?.Network ?? (start is not null ? CheckpointReader.Read(start).Network : Named()),
                used
            )
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
                $"The run '{Path.GetFileName(folder.Path)}' already exists ({folder.Path}). Resume it with "
                    + $"'mien-lab resume {RunFolders.NameOf(folder)}', or give another --name, or "
                    + $"--overwrite."
            );
        }

        FaceDataset images = source.Read(console, cancellationToken);
        var session = new TrainingSession(folder, used, graph, images, console, Quiet)
        {
            Device = Device,
            StartingModel = model,
        };
        RunInfo info = RunInfo.Of(source, images) with
        {
            From = start,
            Before =
                model is not null ? model.TrainingData
                : start is null ? null
                : RunInfo.TrainingDataOf(start),
        };
        session.WriteResult(session.Start(info, cancellationToken));
        return ExitCodes.Done;

        NetworkDescription Named() => NetworkFiles.Resolve(used.Network, inFile ? beside : null);
    }

    private static string? CheckpointOf(string? path) =>
        path is null || File.Exists(path)
            ? (path is null ? null : Path.GetFullPath(path))
            : throw new UsageException(
                $"--from: file '{path}' not found, expected a checkpoint (.safetensors), a "
                    + "model (.onnx) or the name of a built-in model."
            );
}
