namespace Mien.Data;

/// <summary>
/// What happened while a data set was read. Complete and safe to read from any thread once the reader has returned.
/// </summary>
internal sealed class DatasetReadReport
{
    /// <summary>The maximum number of messages that are kept; further ones are only counted.</summary>
    public const int MaxMessages = 20;

    /// <summary>The maximum number of skipped rows that are kept; further ones are only counted.</summary>
    public const int MaxBadRows = 10_000;

    private readonly List<string> messages = [];
    private readonly List<BadRow> badRows = [];

    internal DatasetReadReport() { }

    /// <summary>The format of the data.</summary>
    public DatasetFormat Format { get; internal set; }

    /// <summary>
    /// The source: the path, and inside an archive the entry, as <c>archive.zip > icml_face_data.csv</c>.
    /// </summary>
    public string Source { get; internal set; } = "";

    /// <summary>The number of rows or images that were read.</summary>
    public int Rows { get; internal set; }

    /// <summary>The number of rows or images that were skipped because they could not be read.</summary>
    public int SkippedRows { get; private set; }

    /// <summary>The number of images that had another size and were resized; 0 for CSV.</summary>
    public int ResizedImages { get; internal set; }

    /// <summary>Bytes of uncompressed text for CSV, bytes of image files for a folder tree.</summary>
    public long Bytes { get; internal set; }

    /// <summary>
    /// Why rows were skipped: the first <see cref="MaxMessages"/> messages, in the order of the file.
    /// </summary>
    public IReadOnlyList<string> Messages => messages;

    /// <summary>The first <see cref="MaxBadRows"/> skipped rows, in the order of the file.</summary>
    public IReadOnlyList<BadRow> BadRows => badRows;

    internal void Skip(string message, BadRow row)
    {
        SkippedRows++;
        if (badRows.Count < MaxBadRows)
        {
            badRows.Add(row);
        }

        if (messages.Count < MaxMessages)
        {
            messages.Add(message);
        }
    }
}
