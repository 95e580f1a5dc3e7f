using System.IO.Compression;

namespace Mien.Data;

/// <summary>
/// Reads the zip archives that Kaggle serves: the competition archive (icml_face_data.csv, a tar.gz with fer2013.csv,
/// and CSV files without Usage or without labels), a single fer2013.csv, or a folder tree of images.
/// </summary>
internal static class ZipDatasetReader
{
    public static FaceDataset Read(Stream file, string path, ReadSession session)
    {
        using ZipArchive zip = new(file, ZipArchiveMode.Read, leaveOpen: true);
        ZipArchiveEntry? withoutUsage = null;
        foreach (
            ZipArchiveEntry entry in zip
                .Entries.Where(e => Rank(e.FullName) < int.MaxValue)
                .OrderBy(e => Rank(e.FullName))
                .ThenBy(e => e.FullName, StringComparer.Ordinal)
        )
        {
            using ReadAheadStream data = OpenEntry(entry, session);
            (ContentKind kind, _) = Content.Recognise(data.Peek());
            CsvColumns columns = kind == ContentKind.Text ? CsvColumns.Peek(data.Peek()) : default;
            if (
                kind is ContentKind.Gzip or ContentKind.Tar
                || (kind == ContentKind.Text && columns.HasImages && columns.Usage >= 0)
            )
            {
                return DatasetFileReader.ReadStream(data, $"{path} > {entry.FullName}", session, depth: 1);
            }

            if (kind == ContentKind.Text && columns.HasImages)
            {
                withoutUsage ??= entry;
            }
        }

        if (withoutUsage is not null)
        {
            using ReadAheadStream data = OpenEntry(withoutUsage, session);
            return DatasetFileReader.ReadStream(data, $"{path} > {withoutUsage.FullName}", session, depth: 1);
        }

        var images = zip.Entries.Where(e => ImageTree.IsImage(e.FullName)).ToDictionary(e => e.FullName);
        if (images.Count > 0)
        {
            // A ZipArchive is not thread-safe. The lock costs little, because most of the time is spent decoding the
            // images.
            return ImageTree.Read(
                [.. images.Keys],
                name =>
                {
                    lock (zip)
                    {
                        using Stream data = images[name].Open();
                        byte[] bytes = new byte[images[name].Length];
                        data.ReadExactly(bytes);
                        return bytes;
                    }
                },
                name => $"{path} > {name}",
                session
            );
        }

        throw DatasetFileReader.NoCsv(path, "zip", [.. zip.Entries.Select(e => e.FullName)], session);
    }

    /// <summary>
    /// The order in which entries are tried: plain CSV files before packed ones, known names before others.
    /// </summary>
    private static int Rank(string name)
    {
        string file = Path.GetFileName(name);
        if (DatasetFileReader.HasText(name))
        {
            return file.Equals("fer2013.csv", StringComparison.OrdinalIgnoreCase) ? 0
                : file.Equals("icml_face_data.csv", StringComparison.OrdinalIgnoreCase) ? 1
                : file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase) ? 2
                : 3;
        }

        return
            file.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase)
            || file.EndsWith(".tar", StringComparison.OrdinalIgnoreCase)
            ? 4
            : int.MaxValue;
    }

    private static ReadAheadStream OpenEntry(ZipArchiveEntry entry, ReadSession session)
    {
        long length = Math.Max(entry.Length, 1);
        var counting = new CountingStream(entry.Open(), entry.Length);
        session.Share = () => (double)counting.Count / length;
        return new ReadAheadStream(counting, session.CancellationToken);
    }
}
