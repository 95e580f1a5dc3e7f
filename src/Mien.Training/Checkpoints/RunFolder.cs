using System.Globalization;
using System.Text;

namespace Mien.Training;

/// <summary>Where a training keeps what it makes: recipe, network, history, curves and checkpoints.</summary>
internal sealed class RunFolder
{
    private const string HistoryHeader =
        "epoch,size,learning_rate,train_loss,train_accuracy,dev_loss,dev_accuracy,seconds,images_per_second";

    /// <summary>Names the parts of a run folder, which need not exist yet.</summary>
    /// <param name="path">The folder.</param>
    public RunFolder(string path) => Path = System.IO.Path.GetFullPath(path);

    /// <summary>
    /// The folder under which runs lie: <c>$MIEN_RUNS</c>, or <c>mien/runs</c> in the user's data folder.
    /// </summary>
    public static string DefaultRoot =>
        Environment.GetEnvironmentVariable("MIEN_RUNS") is { Length: > 0 } given
            ? given
            : System.IO.Path.Combine(
                Environment.GetFolderPath(
                    Environment.SpecialFolder.LocalApplicationData,
                    Environment.SpecialFolderOption.DoNotVerify
                ),
                "mien",
                "runs"
            );

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The recipe as used, every key written out.</summary>
    public string Recipe => File("recipe.json");

    /// <summary>The network's description.</summary>
    public string Network => File("network.json");

    /// <summary>Versions, machine, data and command.</summary>
    public string Run => File("run.json");

    /// <summary>One row an epoch.</summary>
    public string History => File("history.csv");

    /// <summary>The same as a picture.</summary>
    public string Curves => File("curves.png");

    /// <summary>The weights that the training starts with; missing where they are random.</summary>
    public string Initial => File("initial.safetensors");

    /// <summary>The newest state, from which a training goes on.</summary>
    public string Last => File("last.safetensors");

    /// <summary>The weights of the epoch with the highest dev accuracy.</summary>
    public string Best => File("best.safetensors");

    /// <summary>
    /// Keeps other processes from training in this folder until the result is disposed of or this process ends.
    /// </summary>
    /// <returns>The lock.</returns>
    /// <exception cref="TrainingException">Another process holds it.</exception>
    public IDisposable Lock()
    {
        Directory.CreateDirectory(Path);
        string file = File("lock");
        try
        {
            return new FileStream(
                file,
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                1,
                FileOptions.DeleteOnClose
            );
        }
        catch (IOException e)
        {
            throw new TrainingException(
                "runBusy",
                $"{Path}: another process is training in this folder. Wait for it or stop it; two would "
                    + $"overwrite each other's checkpoints.",
                e
            );
        }
    }

    /// <summary>Whether a process is training in this folder now: whether <see cref="Lock"/> is held.</summary>
    public bool IsLocked
    {
        get
        {
            try
            {
                // Shared with other readers, so that two who ask do not see each other.
                using var free = new FileStream(File("lock"), FileMode.Open, FileAccess.Read, FileShare.Read);
                return false;
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    /// <summary>Writes the history as CSV, so that a reader sees all of it or the one before.</summary>
    /// <param name="history">The epochs.</param>
    public void WriteHistory(IReadOnlyList<EpochRecord> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var text = new StringBuilder(HistoryHeader).Append('\n');
        foreach (EpochRecord e in history)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{e.Epoch},{e.Size},{e.LearningRate:G6},{e.TrainLoss:F5},{e.TrainAccuracy:F5},{e.DevLoss:F5},{e.DevAccuracy:F5},{e.Seconds:F1},{e.ImagesPerSecond:F1}\n"
            );
        }

        WriteText(History, text.ToString());
    }

    /// <summary>
    /// Reads the history as <see cref="WriteHistory"/> wrote it, with shares to five decimals; a training may go on
    /// meanwhile.
    /// </summary>
    /// <returns>The epochs that have ended; none where no history is there.</returns>
    /// <exception cref="TrainingException">The file is no history.</exception>
    public IReadOnlyList<EpochRecord> ReadHistory()
    {
        if (!System.IO.File.Exists(History))
        {
            return [];
        }

        string[] lines = System.IO.File.ReadAllLines(History);
        if (lines.Length == 0 || lines[0] != HistoryHeader)
        {
            throw new TrainingException(
                "badRun",
                $"{History}, line 1: found '{lines.FirstOrDefault()}', expected the header '{HistoryHeader}'. "
                    + $"Resume the run, which writes the file anew."
            );
        }

        return [.. lines.Skip(1).Select((line, i) => Row(line, i + 2))];
    }

    private EpochRecord Row(string line, int number)
    {
        double[] values =
        [
            .. line.Split(',')
                .Select(v =>
                    double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                        ? value
                        : double.NaN
                ),
        ];
        return values.Length == 9 && values.All(double.IsFinite)
            ? new EpochRecord(
                (int)values[0],
                (int)values[1],
                values[2],
                values[3],
                values[4],
                values[5],
                values[6],
                values[7],
                values[8]
            )
            : throw new TrainingException(
                "badRun",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{History}, line {number}: found '{line}', expected nine numbers. Resume the run, which "
                        + $"writes the file anew."
                )
            );
    }

    /// <summary>Writes a text file of this folder, whole or not at all.</summary>
    /// <param name="path">One of this folder's paths.</param>
    /// <param name="text">The text.</param>
    public static void WriteText(string path, string text)
    {
        System.IO.File.WriteAllText(path + ".part", text);
        System.IO.File.Move(path + ".part", path, overwrite: true);
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
