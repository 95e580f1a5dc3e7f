using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The Parquet output of a run: parts of a number of images each in a folder that all shards share. A part appears when
/// it is complete. Not thread-safe.
/// </summary>
internal sealed class ParquetParts
{
    /// <summary>The default number of images per part.</summary>
    public const int DefaultSize = 1000;

    private readonly string folder;
    private readonly bool isShard;
    private readonly string shard;
    private readonly int size;
    private readonly PartRows open;
    private int images;
    private int number;

    private ParquetParts(PredictRequest request, PartOrigin origin)
    {
        folder = request.ParquetFolder!;
        isShard = request.Shard is not null;
        shard = request.Shard?.Name ?? PartName.Unsharded;
        size = request.PartSize;
        open = new PartRows(origin);
    }

    /// <summary>The results of earlier runs; <c>null</c> if they are not resumed.</summary>
    public ParquetResume? Resumed { get; private set; }

    /// <summary>The number of parts that were written.</summary>
    public int Written { get; private set; }

    /// <summary>Whether a part could not be written; nothing more is written then.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Checks the folder, which this run must have locked, and reads it if it is resumed.</summary>
    /// <param name="request">The request, with a folder.</param>
    /// <param name="origin">What the results have in common.</param>
    /// <param name="images">The paths given in this run; enumerated only if there are errors to process again.</param>
    /// <exception cref="UsageException">
    /// The folder has parts that this run would repeat, or files that do not belong there.
    /// </exception>
    /// <exception cref="MienException"><c>outputBusy</c>: a run with another number of shards writes there.</exception>
    public static ParquetParts Open(PredictRequest request, PartOrigin origin, IEnumerable<string> images)
    {
        string folder = request.ParquetFolder!;
        string shard = request.Shard?.Name ?? PartName.Unsharded;
        RefuseOtherRuns(folder, request.Shard);
        List<PartName> found = Find(folder);

        // Other shards of the same number have other photos; with another number they may have the same ones.
        List<PartName> related =
        [
            .. found.Where(p => request.Shard is null || p.Shard == shard || Count(p.Shard) != Count(shard)),
        ];
        PartName? other = found.Except(related).Select(p => (PartName?)p).FirstOrDefault();
        if (other is { } beside)
        {
            string file = Path.Join(folder, beside.File);
            PartTable.CheckOrigin(file, PartTable.Origin(file), origin);
        }

        var parts = new ParquetParts(request, origin)
        {
            number = found.Where(p => p.Shard == shard).Select(p => p.Number + 1).DefaultIfEmpty().Max(),
        };
        if (request.Resume)
        {
            DeleteUnfinished(folder, request.Shard is null ? "*" : shard);
            parts.Resumed = ParquetResume.Read(
                related.Select(p => Path.Join(folder, p.File)),
                origin,
                request.PartSize,
                images
            );
        }
        else if (related.Count > 0)
        {
            string more = related.Count switch
            {
                1 => "",
                2 => " and 1 more part",
                _ => string.Create(CultureInfo.InvariantCulture, $" and {related.Count - 1:N0} more parts"),
            };
            throw new UsageException(
                $"--parquet: {folder} already has {related[0].File}{more} of an earlier run. Continue it with "
                    + $"--resume, or choose another folder."
            );
        }

        return parts;
    }

    /// <summary>Adds a result; writes the part if it is complete.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public void Add(RecognitionResult result)
    {
        IsBroken = true;
        if (Resumed?.Replace(result) != true)
        {
            open.Add(result);
            images++;
            if (images == size)
            {
                Write();
            }
        }

        IsBroken = false;
    }

    /// <summary>Writes the results that are in memory only, also after an interruption.</summary>
    /// <param name="isComplete">Whether all images were processed.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public void Complete(bool isComplete)
    {
        if (IsBroken)
        {
            return;
        }

        IsBroken = true;
        Resumed?.Complete();
        if (images > 0 || (isComplete && isShard && number == 0))
        {
            Write(); // of a shard without images an empty part, so that every shard has one
        }

        IsBroken = false;
    }

    /// <summary>The line of the summary at the end of a run.</summary>
    /// <param name="isComplete">Whether all images were processed.</param>
    public string Summary(bool isComplete)
    {
        string goOn = isComplete ? "" : " Continue with the same command and --resume.";
        string written = Written switch
        {
            0 => "no new part",
            1 => "1 new part",
            _ => string.Create(CultureInfo.InvariantCulture, $"{Written:N0} new parts"),
        };
        return IsBroken
            ? $"{folder} contains the parts from before its disk was full or unavailable.{goOn}"
            : $"Written to {folder} (Parquet, {written}).{goOn}";
    }

    /// <summary>Lists the parts in a folder in the order of their names.</summary>
    /// <exception cref="UsageException">There is another Parquet file.</exception>
    public static List<PartName> Find(string folder)
    {
        var parts = new List<PartName>();
        foreach (string file in Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)))
        {
            if (!file.EndsWith(PartName.Ending, StringComparison.OrdinalIgnoreCase) || file[0] == '.')
            {
                continue;
            }

            parts.Add(
                PartName.Parse(file)
                    ?? throw new UsageException(
                        $"{Path.Join(folder, file)}: is a Parquet file with another name than a part "
                            + $"(part-0000-of-0001-000000.parquet), and whoever reads the folder reads it too. Move it "
                            + $"out of the folder, or choose another folder."
                    )
            );
        }

        parts.Sort((a, b) => string.CompareOrdinal(a.File, b.File));
        return parts;
    }

    /// <summary>The number of shards in a shard's name.</summary>
    private static string Count(string shard) => shard[shard.LastIndexOf('-')..];

    private void Write()
    {
        PartTable.Write(Path.Join(folder, new PartName(shard, number).File), open, shard);
        number++;
        Written++;
        images = 0;
        open.Clear();
    }

    /// <summary>
    /// Refuses a run beside one that may process the same photos: one without shards, or with another number of them.
    /// A run of the same shard was refused by the lock.
    /// </summary>
    private static void RefuseOtherRuns(string folder, Shard? shard)
    {
        string own = OutputLock.FolderLock + (shard is { } s ? $"-{s.Name}" : "");
        foreach (
            string name in Directory
                .EnumerateFiles(folder, OutputLock.FolderLock + "*")
                .Select(f => Path.GetFileName(f))
                .Where(n => n != own && (shard is not { } s || !n.EndsWith(Count(s.Name), StringComparison.Ordinal)))
        )
        {
            if (OutputLock.IsFolderLocked(folder, name))
            {
                string other = PartName.ShardOf(name) is { } running ? $"shard {running}" : "all photos";
                throw new MienException(
                    ErrorKind.BadUsage,
                    "outputBusy",
                    $"{folder}: a run of {other} is writing to this folder, and may process the same photos as this "
                        + $"run of {(shard is { } mine ? $"shard {mine}" : "all photos")}. Wait for it to end or stop "
                        + $"it, or use another folder."
                );
            }
        }
    }

    /// <summary>Deletes what a killed run had not finished.</summary>
    private static void DeleteUnfinished(string folder, string shard)
    {
        foreach (string file in Directory.EnumerateFiles(folder, $".part-{shard}-*{PartName.Ending}.part"))
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
        }
    }
}
