using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>The parts of one form in a folder. Not thread-safe.</summary>
internal abstract class ResultParts(IReadOnlyList<string> files)
{
    private static readonly string[] Endings = [".parquet", ".csv", ".jsonl", ".ndjson"];

    /// <summary>The files in ordinal order of their names.</summary>
    public IReadOnlyList<string> Files => files;

    /// <summary>The extensions of files that the parts can be merged to.</summary>
    public abstract IReadOnlyList<string> Targets { get; }

    /// <summary>The files that end with an incomplete result, known after they were read.</summary>
    public virtual IReadOnlyList<string> Incomplete => [];

    /// <summary>What the workers' lists say of the files; <c>null</c> if the folder has none.</summary>
    public ListedParts? Listed { get; private init; }

    /// <summary>Finds the parts in a folder.</summary>
    /// <exception cref="UsageException">The folder is missing, has no parts, or has parts of several forms.</exception>
    /// <exception cref="MienException"><c>badJobFile</c>: a list of a job cannot be read.</exception>
    public static ResultParts Find(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new UsageException(
                $"{(folder.Length == 0 ? "''" : folder)}: there is no such folder. Give the folder with the parts."
            );
        }

        List<string> found =
        [
            .. Directory
                .EnumerateFiles(folder)
                .Select(f => Path.GetFileName(f))
                .Where(f => f[0] != '.' && EndingOf(f) >= 0)
                .Order(StringComparer.Ordinal),
        ];
        if (ListedParts.Find(folder, found) is { } listed)
        {
            return OfJobs(folder, listed);
        }

        if (found.Count == 0)
        {
            throw new UsageException(
                $"{folder}: there are no parts in this folder, expected files with the extension "
                    + $"{string.Join(", ", Endings)} from mien predict. Give the folder that predict has written to."
            );
        }

        string first = found[0];
        if (found.Find(f => KindOf(f) != KindOf(first)) is { } other)
        {
            throw new UsageException(
                $"{folder}: {first} and {other} are parts of different forms, so it is unclear which of them count. "
                    + $"Move those of one form to another folder."
            );
        }

        IReadOnlyList<string> files = [.. found.Select(f => Path.Join(folder, f))];
        return KindOf(first) switch
        {
            0 => new ParquetResultParts(files),
            1 => new LineResultParts(files, PredictionForm.Csv),
            _ => new LineResultParts(files, PredictionForm.JsonLines),
        };

        static int EndingOf(string file) =>
            Array.FindIndex(Endings, e => file.EndsWith(e, StringComparison.OrdinalIgnoreCase));
        static int KindOf(string file) => Math.Min(EndingOf(file), 2);
    }

    private static ParquetResultParts OfJobs(string folder, ListedParts listed) =>
        listed.Files.Count > 0
            ? new ParquetResultParts([.. listed.Files.Select(f => Path.Join(folder, f))]) { Listed = listed }
            : throw new UsageException(
                $"{folder}: the lists of the jobs in this folder name no file that is there. Wait for the workers; "
                    + $"'mien jobs' shows how far they are."
            );

    /// <summary>Reads the results of a file in their order.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <param name="read">Receives each result; returns whether to go on.</param>
    /// <exception cref="UsageException">It is damaged, or its results are of another model or head.</exception>
    public abstract void Read(string file, Func<MergedResult, bool> read);

    /// <summary>Writes the results of all files to one file.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="ending">Its extension, one of <see cref="Targets"/>.</param>
    /// <param name="isSafe">Whether to escape CSV texts that a spreadsheet would run as formulas.</param>
    /// <param name="report">Called after each part with the number of parts so far; may throw to stop.</param>
    public abstract void Write(Stream stream, string ending, bool isSafe, Action<int> report);
}
