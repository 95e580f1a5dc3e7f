using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>CSV or JSON Lines files, which can be merged to one file of the same form. Not thread-safe.</summary>
internal sealed class LineResultParts(IReadOnlyList<string> files, PredictionForm form) : ResultParts(files)
{
    /// <summary>The columns of CSV before and behind those of the labels.</summary>
    private const int ColumnsBefore = 16;
    private const int ColumnsBehind = 9;

    private readonly List<string> incomplete = [];

    /// <summary>Where the results of each file begin and end, in bytes.</summary>
    private readonly Dictionary<string, (long Start, long End)> places = new(StringComparer.Ordinal);

    private ResultOrigin? origin;

    public override IReadOnlyList<string> Targets { get; } =
        form == PredictionForm.Csv ? [".csv"] : [".jsonl", ".ndjson"];

    public override IReadOnlyList<string> Incomplete => incomplete;

    public override void Read(string file, Func<MergedResult, bool> read)
    {
        var results = new StoredResults(file, form, origin ??= FindOrigin(), isResumed: false);
        using FileStream stream = Open(file);
        (long Start, long End)? place = null;
        foreach (StoredResult result in results.Read(stream))
        {
            place = (place?.Start ?? result.Start, result.End);
            if (!read(new MergedResult(result.Image, result.IsError, result.ErrorCode)))
            {
                return;
            }
        }

        if (place is { } all)
        {
            places[file] = all;
        }

        // Of a CSV file without a result, the header is there and whole.
        if (Rest(stream, place?.End ?? (form == PredictionForm.Csv ? HeaderEnd(stream) : 0)) > 0)
        {
            // A file may be read more than once.
            if (!incomplete.Contains(file))
            {
                incomplete.Add(file);
            }
        }
    }

    public override void Write(Stream stream, string ending, bool isSafe, Action<int> report)
    {
        if (form == PredictionForm.Csv)
        {
            // As it is in the first file: its labels are escaped or not, and its lines end as they do there.
            foreach (string file in Files)
            {
                using FileStream first = Open(file);
                if (HeaderEnd(first) is > 0 and long end)
                {
                    Copy(first, 0, end, stream);
                    break;
                }
            }
        }

        for (int i = 0; i < Files.Count; i++)
        {
            if (places.TryGetValue(Files[i], out (long Start, long End) place))
            {
                using FileStream part = Open(Files[i]);
                Copy(part, place.Start, place.End, stream);
            }

            report(i + 1);
        }
    }

    private static FileStream Open(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file}: cannot be read ({e.Message}).", e);
        }
    }

    /// <summary>The number of bytes behind a position, without blank lines.</summary>
    private static long Rest(FileStream stream, long from)
    {
        stream.Position = from;
        Span<byte> end = stackalloc byte[64];
        int count = stream.ReadAtLeast(end, end.Length, throwOnEndOfStream: false);
        return end[..count].TrimStart("\r\n"u8).Length;
    }

    private static long HeaderEnd(FileStream stream)
    {
        stream.Position = 0;
        var reader = new RecordReader(stream, isCsv: true);
        while (reader.Read() && reader.IsEmpty && reader.IsWhole) { }

        return reader.IsWhole ? reader.End : 0;
    }

    private static void Copy(FileStream part, long from, long to, Stream target)
    {
        byte[] chunk = new byte[64 * 1024];
        part.Position = from;
        while (from < to)
        {
            int count = part.Read(chunk, 0, (int)Math.Min(chunk.Length, to - from));
            if (count == 0)
            {
                throw new UsageException($"{part.Name}: became shorter while it was merged. Wait for its run to end.");
            }

            target.Write(chunk, 0, count);
            from += count;
        }
    }

    /// <summary>Reads the model, its labels and the head from the first result that is no error.</summary>
    private ResultOrigin FindOrigin()
    {
        ResultOrigin? found = null;
        foreach (string file in Files)
        {
            using FileStream stream = Open(file);
            foreach ((ResultOrigin next, bool isError) in form == PredictionForm.Csv ? Csv(file, stream) : Json(stream))
            {
                found ??= next;
                if (!isError)
                {
                    return next;
                }
            }
        }

        return found ?? new ResultOrigin("", [], false, null);
    }

    private static IEnumerable<(ResultOrigin Origin, bool IsError)> Json(FileStream stream)
    {
        var reader = new RecordReader(stream, isCsv: false);
        while (
            reader.Read() && StoredFile.Parse(reader.Text.TrimStart('\uFEFF'), StoredResults.ReadObject) is { } result
        )
        {
            yield return (new ResultOrigin(result.Model, [], false, result.Head), result.IsError);
        }
    }

    private static IEnumerable<(ResultOrigin Origin, bool IsError)> Csv(string file, FileStream stream)
    {
        var reader = new RecordReader(stream, isCsv: true);
        while (reader.Read() && reader.IsEmpty && reader.IsWhole) { }

        if (!reader.IsWhole)
        {
            yield break; // torn, and read as such later
        }

        List<string> columns = reader.Fields();
        bool hasHeads = columns[^1] == FaceCsv.HeadColumn;
        int labels = columns.Count - ColumnsBefore - ColumnsBehind - (hasHeads ? 1 : 0);
        if (labels < 1 || columns[ColumnsBefore + labels] != "error")
        {
            throw new UsageException(
                $"{file}: its columns are not those of mien predict --csv, so it cannot be merged. Move it to another "
                    + $"folder."
            );
        }

        List<string> names = [.. columns.GetRange(ColumnsBefore, labels).Select(CsvText.Unescape)];
        while (reader.Read() && reader.IsWhole)
        {
            List<string> fields = reader.Fields();
            if (fields.Count == columns.Count)
            {
                string model = CsvText.Unescape(fields[ColumnsBefore + labels + 1]);
                string? head = hasHeads ? CsvText.Unescape(fields[^1]) : null;
                bool isError = fields[1] == RecognitionStatus.Error.Name();
                yield return (new ResultOrigin(model, names, hasHeads, head), isError);
            }
        }

        yield return (new ResultOrigin("", names, hasHeads, null), true);
    }
}
