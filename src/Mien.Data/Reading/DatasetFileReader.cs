using System.Formats.Tar;
using System.Globalization;

namespace Mien.Data;

/// <summary>
/// Reads one file: recognises its format by the first bytes, unpacks it as often as needed, and passes the text to the
/// CSV parser.
/// </summary>
internal static class DatasetFileReader
{
    /// <summary>The expected input, for messages.</summary>
    public const string Expected =
        "expected fer2013.csv (or the same gzipped), fer2013.tar.gz, the zip archive that Kaggle serves, or a "
        + "folder split/class/*.png";

    // A gzipped tar inside a zip is three levels deep. Deeper nesting is not a data set but possibly a decompression
    // bomb.
    private const int MaxDepth = 4;

    /// <summary>Reads a file on disk.</summary>
    public static FaceDataset Read(string path, ReadSession session)
    {
        using FileStream file = InputFiles.Open(path);
        try
        {
            // A pipe is not seekable and has no known length; it may contain anything but a zip archive.
            if (file.CanSeek)
            {
                Span<byte> start = stackalloc byte[4];
                int read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
                file.Position = 0;
                if (Content.Recognise(start[..read]).Kind == ContentKind.Zip)
                {
                    return ZipDatasetReader.Read(file, path, session);
                }
            }

            long length = file.CanSeek ? Math.Max(file.Length, 1) : long.MaxValue;
            var counting = new CountingStream(file);
            session.Share = () => (double)counting.Count / length;
            using var stream = new ReadAheadStream(counting, session.CancellationToken);
            return ReadStream(stream, path, session, depth: 0);
        }
        catch (Exception e) when (InputFiles.IsReadFailure(e))
        {
            throw InputFiles.Error(path, e);
        }
    }

    /// <summary>Reads a stream of any supported format except zip, which needs a seekable stream.</summary>
    public static FaceDataset ReadStream(ReadAheadStream stream, string label, ReadSession session, int depth)
    {
        (ContentKind kind, string description) = Content.Recognise(stream.Peek());
        if (depth > MaxDepth)
        {
            throw session.Error(
                "tooDeep",
                $"{label}: archives are nested more than {MaxDepth} levels deep; {Expected}."
            );
        }

        switch (kind)
        {
            case ContentKind.Text:
                return CsvDatasetParser.Parse(stream, label, session);

            case ContentKind.Gzip:
                using (var unpacked = new ReadAheadStream(new GzipReadStream(stream), session.CancellationToken))
                {
                    return ReadStream(unpacked, label, session, depth + 1);
                }

            case ContentKind.Tar:
                return ReadTar(stream, label, session, depth);

            case ContentKind.Empty:
                throw session.Error("empty", $"{label} is empty; {Expected}.");

            default:
                throw session.Error("notADataset", $"{label} is {description}, not a data set; {Expected}.");
        }
    }

    private static FaceDataset ReadTar(Stream stream, string label, ReadSession session, int depth)
    {
        // The caller disposes of the stream, and the reader needs an entry's data to find the next entry, so both stay
        // open.
        using var tar = new TarReader(stream, leaveOpen: true);
        var names = new List<string>();
        while (tar.GetNextEntry() is { } entry)
        {
            session.CancellationToken.ThrowIfCancellationRequested();
            names.Add(entry.Name);
            if (entry.DataStream is null || !HasText(entry.Name))
            {
                continue;
            }

            using var data = new ReadAheadStream(
                new CountingStream(entry.DataStream, entry.Length, leaveOpen: true),
                session.CancellationToken
            );
            (ContentKind kind, _) = Content.Recognise(data.Peek());
            if (kind == ContentKind.Gzip || (kind == ContentKind.Text && CsvColumns.Peek(data.Peek()).HasImages))
            {
                return ReadStream(data, $"{label} > {entry.Name}", session, depth + 1);
            }
        }

        throw NoCsv(label, "tar", names, session);
    }

    /// <summary>Whether an archive's entry may contain rows, by its name.</summary>
    public static bool HasText(string name) =>
        !name.Contains("__MACOSX/", StringComparison.Ordinal)
        && !Path.GetFileName(name).StartsWith("._", StringComparison.Ordinal)
        && (
            name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".csv.gz", StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>The error for an archive without rows; it names what was found.</summary>
    public static DataException NoCsv(string label, string kind, List<string> names, ReadSession session)
    {
        const int Shown = 5;
        string more =
            names.Count > Shown ? string.Create(CultureInfo.InvariantCulture, $" and {names.Count - Shown} more") : "";
        string found = names.Count == 0 ? "it is empty" : $"it contains {string.Join(", ", names.Take(Shown))}{more}";
        return session.Error(
            "noCsv",
            $"{label} is a {kind} archive without a CSV file that has the columns emotion, pixels and "
                + $"Usage: {found}; {Expected}."
        );
    }
}
