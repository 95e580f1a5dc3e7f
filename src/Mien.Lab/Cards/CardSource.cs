using System.Globalization;
using System.Text;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// The training behind a card: read from its run, or from the files that an earlier card left beside the model.
/// </summary>
/// <param name="Folder">The folder with recipe, run.json and history.</param>
/// <param name="Info">Data, versions and machine.</param>
/// <param name="History">The epochs of the training.</param>
internal sealed record CardSource(RunFolder Folder, RunInfo Info, IReadOnlyList<EpochRecord> History)
{
    /// <summary>Time spent training.</summary>
    public double Seconds => EpochRecord.SecondsWorked(History);

    /// <summary>
    /// Finds a run, or a folder such as <c>models/NAME</c> that has the recipe, run.json and history of a run but no
    /// network or weights.
    /// </summary>
    /// <exception cref="UsageException">No such run or folder exists.</exception>
    public static CardSource Find(string run, string? root)
    {
        var kept = new RunFolder(run.Length == 0 ? "." : run);
        if (
            run.Length > 0
            && !RunFolders.IsRun(kept)
            && File.Exists(kept.Recipe)
            && File.Exists(kept.Run)
            && File.Exists(kept.History)
        )
        {
            return new CardSource(kept, RunInfo.Load(kept.Run), kept.ReadHistory());
        }

        RunFolder folder = RunFolders.Find(run, root);
        return new CardSource(folder, RunInfo.Load(folder.Run), CheckpointReader.Read(folder.Last).State.History);
    }

    /// <summary>The command that repeats the training from a recipe file.</summary>
    public string TrainCommand(string recipe)
    {
        var command = new StringBuilder($"mien-lab train {recipe} --data {Info.DataName}");
        if (Info.Votes is { } votes)
        {
            command.Append(" --votes ").Append(Path.GetFileName(votes));
        }

        if (Info.From is { } start)
        {
            command.Append(" --from ").Append(Path.GetFileName(start));
        }

        if (Info.RandomSplit is { } seed)
        {
            command.Append(CultureInfo.InvariantCulture, $" --random-split {seed}");
        }

        return command.ToString();
    }

    /// <summary>
    /// Counts the runs under some folders, such as the trials of an experiment, and their epochs. This run is left out.
    /// </summary>
    /// <exception cref="UsageException">A folder does not exist or contains no run.</exception>
    public (int Runs, int Epochs) CountOthers(IEnumerable<string> folders)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in folders)
        {
            string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            string[] runs = Directory.Exists(full)
                ?
                [
                    .. Directory
                        .EnumerateDirectories(full, "*", SearchOption.AllDirectories)
                        .Prepend(full)
                        .Where(d => RunFolders.IsRun(new RunFolder(d))),
                ]
                : throw new UsageException($"--searched: folder not found: {path}.");
            found.UnionWith(
                runs.Length > 0
                    ? runs
                    : throw new UsageException(
                        $"--searched: no run found in {path}. Expected a run, an experiment, or a folder of runs."
                    )
            );
        }

        found.Remove(Folder.Path);
        return (found.Count, found.Sum(d => new RunFolder(d).ReadHistory().Count));
    }

    /// <summary>
    /// Writes recipe, history and run.json beside a model, so that the card can be written again without the run.
    /// </summary>
    public void KeepBeside(string directory, string recipe)
    {
        var beside = new RunFolder(directory);
        OutputFile.WriteText(beside.Recipe, recipe);
        beside.WriteHistory(History);
        if (!RunFolders.IsRun(beside) && Path.GetFullPath(beside.Run) != Path.GetFullPath(Folder.Run))
        {
            // An existing file is kept: keys that an older version did not write cannot be filled in now.
            OutputFile.WriteText(beside.Run, Info.WithoutFolders().ToJson());
        }
    }
}
