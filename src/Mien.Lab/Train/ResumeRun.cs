using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Resumes a training from its last checkpoint.</summary>
internal sealed class ResumeRun(CommandConsole console)
{
    /// <summary>The run's name or folder.</summary>
    public required string Run { get; init; }

    /// <summary>The folder of all runs; <c>null</c> uses the default folder.</summary>
    public string? Runs { get; init; }

    /// <summary>Number of threads from now on; <c>null</c> uses that of the recipe.</summary>
    public int? Threads { get; init; }

    /// <summary>The new path of the images; <c>null</c> if they were not moved.</summary>
    public string? Data { get; init; }

    /// <summary>The new path of the votes; <c>null</c> if they were not moved.</summary>
    public string? Votes { get; init; }

    public bool Quiet { get; init; }

    public GivenDevice Device { get; init; } = new();

    /// <summary>Runs the command. Call it on the main thread, see NativeAllocator.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        Device.Check();
        RunFolder folder = RunFolders.Find(Run, Runs);
        using IDisposable alone = folder.Lock();
        TrainingRecipe recipe = RecipeFile.Load(folder.Recipe);
        if (Threads is { } count)
        {
            recipe = recipe with { Threads = count };
        }

        NetworkGraph graph = NetworkGraph.Build(NetworkDescription.Load(folder.Network));
        RunInfo info = RunInfo.Load(folder.Run);
        DataSource source = info.Source with
        {
            Path = Data is { Length: > 0 } path ? Path.GetFullPath(path) : info.Data,
            Votes = Votes is { Length: > 0 } file ? Path.GetFullPath(file) : info.Votes,
        };
        FaceDataset images = Read(source, info, cancellationToken);
        if (source != info.Source)
        {
            OutputFile.WriteText(folder.Run, info.With(source, images).ToJson());
        }

        var session = new TrainingSession(folder, recipe, graph, images, console, Quiet) { Device = Device };
        session.WriteResult(session.Resume(cancellationToken));
        return ExitCodes.Done;
    }

    private FaceDataset Read(DataSource source, RunInfo info, CancellationToken cancellationToken)
    {
        if (!Path.Exists(source.Path))
        {
            throw new UsageException(
                $"{source.Path}: the data that the run was started with was not found. If it was moved, give the new "
                    + $"path with --data PATH."
            );
        }

        if (source.Votes is { } votes && !File.Exists(votes))
        {
            throw new UsageException(
                $"{votes}: the votes that the run was started with were not found. If they were moved, give the new "
                    + $"path with --votes FILE."
            );
        }

        FaceDataset images = source.Read(console, cancellationToken);
        int training = images.IndicesOf(DatasetSplit.Training).Length,
            validation = images.IndicesOf(DatasetSplit.PublicTest).Length;
        return training == info.TrainingImages && validation == info.ValidationImages
            ? images
            : throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{source.Path}: found {training:N0} images in Training and {validation:N0} in PublicTest, but "
                        + $"the run was started with {info.TrainingImages:N0} and {info.ValidationImages:N0}. A "
                        + $"training can only be resumed with the same images. Give them with --data PATH, or start "
                        + $"a new run."
                )
            );
    }
}
