namespace Mien.Data;

/// <summary>
/// What happened while a data set was read. Complete, and safe to read from any thread, once the reader has returned.
/// </summary>
internal sealed class DatasetReadReport
{
    /// <summary>At most so many messages are kept; the count goes on.</summary>
    public const int MaxMessages = 20;

    private readonly List<string> messages = [];

    internal DatasetReadReport() { }

    /// <summary>The form the data had.</summary>
    public DatasetFormat Format { get; internal set; }

    /// <summary>
    /// What was read: the path, and inside an archive the entry, as <c>archive.zip > icml_face_data.csv</c>.
    /// </summary>
    public string Source { get; internal set; } = "";

    /// <summary>Rows or images that were read and kept.</summary>
    public int Rows { get; internal set; }

    /// <summary>Rows or images that were left out because they could not be read.</summary>
    public int SkippedRows { get; private set; }

    /// <summary>Images that had another size and were resized; 0 for CSV.</summary>
    public int ResizedImages { get; internal set; }

    /// <summary>Bytes of text (uncompressed) for CSV, bytes of image files for a tree.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Why rows were left out: the first <see cref="MaxMessages"/>, in the order of the file.</summary>
    public IReadOnlyList<string> Messages => messages;

    internal void Skip(string message)
    {
        SkippedRows++;
        if (messages.Count < MaxMessages)
        {
            messages.Add(message);
        }
    }
}
