using System.Globalization;
using System.Text;

namespace Mien.Training;

/// <summary>The folder of a training run: recipe, network, history, curves and checkpoints.</summary>
internal sealed class RunFolder
{
    private const string HistoryHeader =
        "epoch,size,learning_rate,train_loss,train_accuracy,"
        + "validation_loss,validation_accuracy,seconds,images_per_second";

    /// <summary>The header that earlier versions wrote; still read.</summary>
    private const string OldHistoryHeader =
        "epoch,size,learning_rate,train_loss,train_accuracy,dev_loss,dev_accuracy,seconds,images_per_second";

    private const string HeadLoss = ",validation_loss_";
    private const string HeadAccuracy = ",validation_accuracy_";

    private const string LockName = "lock";

    private OutputLock? held;
    private int holders;

    /// <summary>Creates the paths of a run folder, which need not exist yet.</summary>
    /// <param name="path">The folder.</param>
    public RunFolder(string path) => Path = System.IO.Path.GetFullPath(path);

    /// <summary>
    /// The default parent folder of runs: <c>$MIEN_RUNS</c>, or <c>mien/runs</c> in the user's data folder.
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

    /// <summary>The recipe of the run, with every key.</summary>
    public string Recipe => File("recipe.json");

    /// <summary>The network's description.</summary>
    public string Network => File("network.json");

    /// <summary>Versions, machine, data and command.</summary>
    public string Run => File("run.json");

    /// <summary>The history, with one row per epoch.</summary>
    public string History => File("history.csv");

    /// <summary>The history as a chart.</summary>
    public string Curves => File("curves.png");

    /// <summary>The initial weights; missing if they are random.</summary>
    public string Initial => File("initial.safetensors");

    /// <summary>The newest checkpoint, from which a training resumes.</summary>
    public string Last => File("last.safetensors");

    /// <summary>The weights of the epoch with the highest validation accuracy.</summary>
    public string Best => File("best.safetensors");

    /// <summary>
    /// Locks the folder against training by other processes until the result is disposed of or this process ends. A
    /// holder of the lock gets it once more through the same object.
    /// </summary>
    /// <returns>The lock.</returns>
    /// <exception cref="TrainingException">Another process holds the lock.</exception>
    public IDisposable Lock()
    {
        if (held is null)
        {
            try
            {
                held = OutputLock.TakeFolder(Path, LockName);
                held.Keep([Path]);
            }
            catch (MienException e) when (e.Code == "outputBusy")
            {
                throw new TrainingException(
                    ErrorKind.BadUsage,
                    "runBusy",
                    $"{e.Message} Two trainings would overwrite each other's checkpoints.",
                    e
                );
            }
        }

        holders++;
        return new Holder(this);
    }

    /// <summary>Whether a process is training in this folder, that is, whether <see cref="Lock"/> is held.</summary>
    public bool IsLocked => OutputLock.IsFolderLocked(Path, LockName);

    /// <summary>Writes the history as CSV, atomically: a reader sees either the old or the new file.</summary>
    /// <param name="history">The epochs.</param>
    public void WriteHistory(IReadOnlyList<EpochRecord> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        IReadOnlyList<HeadScore> heads = history.Count == 0 ? [] : history[0].Heads ?? [];
        var text = new StringBuilder(HistoryHeader);
        foreach (HeadScore head in heads)
        {
            text.Append(HeadLoss).Append(head.Head).Append(HeadAccuracy).Append(head.Head);
        }

        text.Append('\n');
        foreach (EpochRecord e in history)
        {
            text.Append(
                CsvText.Line([
                    Text(e.Epoch, "D"),
                    Text(e.Size, "D"),
                    Text(e.LearningRate, "G6"),
                    Text(e.TrainLoss, "F5"),
                    Text(e.TrainAccuracy, "F5"),
                    Text(e.ValidationLoss, "F5"),
                    Text(e.ValidationAccuracy, "F5"),
                    Text(e.Seconds, "F1"),
                    Text(e.ImagesPerSecond, "F1"),
                    .. (e.Heads ?? []).SelectMany(h => (string[])[Text(h.Loss, "F5"), Text(h.Accuracy, "F5")]),
                ])
            );
        }

        OutputFile.WriteText(History, text.ToString());
    }

    /// <summary>
    /// Reads a history written by <see cref="WriteHistory"/>, with shares to five decimals; a training may be running
    /// meanwhile.
    /// </summary>
    /// <returns>The finished epochs; none if there is no history.</returns>
    /// <exception cref="TrainingException">The file is not a history.</exception>
    public IReadOnlyList<EpochRecord> ReadHistory()
    {
        if (!System.IO.File.Exists(History))
        {
            return [];
        }

        using FileStream stream = System.IO.File.OpenRead(History);
        var reader = new RecordReader(stream, isCsv: true);
        string header = reader.Read() ? string.Join(',', reader.Fields()) : "";
        string[] heads = HeadsOf(header);
        if (header is not (HistoryHeader or OldHistoryHeader) && heads.Length == 0)
        {
            throw new TrainingException(
                ErrorKind.BadInput,
                "badRun",
                $"{History}, line 1: found '{header}', expected the header '{HistoryHeader}'. "
                    + $"Resume the run, which rewrites the file."
            );
        }

        var history = new List<EpochRecord>();
        while (reader.Read())
        {
            history.Add(Row(reader, heads));
        }

        return history;
    }

    private static string Text(IFormattable value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>The heads that follow the common columns of a header; none if it is another header.</summary>
    private static string[] HeadsOf(string header)
    {
        if (!header.StartsWith(HistoryHeader + HeadLoss, StringComparison.Ordinal))
        {
            return [];
        }

        string[] columns = header[HistoryHeader.Length..].Split(HeadLoss, StringSplitOptions.RemoveEmptyEntries);
        string[] heads = [.. columns.Select(c => c.Split(HeadAccuracy)[0])];
        return columns.Zip(heads).All(p => p.First == p.Second + HeadAccuracy + p.Second) ? heads : [];
    }

    private EpochRecord Row(RecordReader reader, string[] heads)
    {
        List<string> fields = reader.Fields();
        double[] values =
        [
            .. fields.Select(v =>
                double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                    ? value
                    : double.NaN
            ),
        ];
        const int Common = 9;
        return values.Length == Common + (2 * heads.Length) && values.All(double.IsFinite)
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
            {
                Heads =
                    heads.Length == 0
                        ? null
                        :
                        [
                            .. heads.Select(
                                (h, i) => new HeadScore(h, values[Common + (2 * i)], values[Common + (2 * i) + 1])
                            ),
                        ],
            }
            : throw new TrainingException(
                ErrorKind.BadInput,
                "badRun",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{History}, line {reader.Line}: found '{string.Join(',', fields)}', expected "
                        + $"{(heads.Length == 0 ? "nine" : Common + (2 * heads.Length))} numbers. "
                        + $"Resume the run, which rewrites the file."
                )
            );
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>One of those who hold the lock.</summary>
    private sealed class Holder(RunFolder folder) : IDisposable
    {
        private bool isOver;

        public void Dispose()
        {
            if (!isOver)
            {
                isOver = true;
                if (--folder.holders == 0)
                {
                    folder.held!.Dispose();
                    folder.held = null;
                }
            }
        }
    }
}
