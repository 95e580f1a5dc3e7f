using System.Globalization;
using System.Text;

namespace Mien.Evaluation;

/// <summary>
/// Reads and writes predictions as a CSV file: a header and one row per image,
/// <c>index,source,label,anger,…,neutral,predicted</c>. UTF-8. Numbers are in the invariant culture and in the shortest
/// form that reads back to the same float. A source with a comma, quote or line break is quoted (RFC 4180).
/// </summary>
internal static class PredictionFile
{
    // Our rows are never longer. The limit keeps a foreign file without line ends from being read whole into memory.
    private const int MaxRowLength = 1 << 16;

    private static readonly string[] Columns = ["index", "source", "label", .. Expressions.Names, "predicted"];

    /// <summary>The first line of every predictions file.</summary>
    public static string Header { get; } = string.Join(',', Columns);

    /// <summary>Writes a file; an existing one is replaced only when the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="predictions">The predictions; logits are not written.</param>
    /// <param name="isSafe">Whether to escape sources that a spreadsheet would run as formulas.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>: the file cannot be written.</exception>
    public static void Write(string path, Predictions predictions, bool isSafe = false)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        OutputFile.WriteText(path, writer => Write(writer, predictions, isSafe));
    }

    /// <summary>Writes the rows with line feeds.</summary>
    /// <param name="writer">The destination; stays open.</param>
    /// <param name="predictions">The predictions; logits are not written.</param>
    /// <param name="isSafe">Whether to escape sources that a spreadsheet would run as formulas.</param>
    public static void Write(TextWriter writer, Predictions predictions, bool isSafe = false)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(predictions);
        writer.Write(CsvText.Line(Columns));
        for (int i = 0; i < predictions.Count; i++)
        {
            writer.Write(
                CsvText.Line([
                    i.ToString(CultureInfo.InvariantCulture),
                    isSafe ? CsvText.Escape(predictions.Sources[i]) : predictions.Sources[i],
                    predictions.Label(i).Name(),
                    .. predictions.Row(i).ToArray().Select(p => p.ToString(CultureInfo.InvariantCulture)),
                    predictions.Predicted(i).Name(),
                ])
            );
        }
    }

    /// <summary>
    /// Whether a file starts with <see cref="Header"/>, which distinguishes predictions from a model.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>False also if the file does not exist or cannot be read.</returns>
    public static bool Is(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            byte[] start = new byte[Header.Length + 3];
            int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return Encoding
                .UTF8.GetString(start, 0, read)
                .TrimStart('\uFEFF')
                .StartsWith(Header, StringComparison.Ordinal);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>
    /// Reads a file that <see cref="Write(string, Predictions, bool)"/> wrote, and checks every value.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>Predictions named after the file, without logits.</returns>
    /// <exception cref="MienException">
    /// <c>fileNotFound</c>, <c>cannotRead</c>, <c>notPredictions</c> (another header) or <c>badPredictions</c> (a bad
    /// row).
    /// </exception>
    public static Predictions Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "fileNotFound",
                $"{path}: there is no such file. Write one with mien evaluate … --predictions FILE."
            );
        }

        try
        {
            using FileStream stream = File.OpenRead(path);
            return Read(stream, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MienException(
                ErrorKind.Unavailable,
                "cannotRead",
                $"{path}: the file cannot be read ({e.Message}).",
                e
            );
        }
    }

    /// <summary>Reads the rows; see <see cref="Read(string)"/>.</summary>
    /// <param name="stream">The source; stays open.</param>
    /// <param name="name">The file's name, for messages and for <see cref="Predictions.Name"/>.</param>
    /// <returns>Predictions without logits.</returns>
    /// <exception cref="MienException">As for a file.</exception>
    public static Predictions Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var rows = new RecordReader(stream, isCsv: true, MaxRowLength);
        string header = rows.Read() ? string.Join(',', rows.Fields()).TrimStart('\uFEFF') : "";
        if (header != Header)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "notPredictions",
                $"{name}: not a predictions file: "
                    + $"{(header.Length == 0 ? "it is empty" : $"its first line is {Shorten(header)}")}, "
                    + $"expected '{Header}'. Write one with mien evaluate … --predictions FILE."
            );
        }

        var probabilities = new List<float>();
        var labels = new List<byte>();
        var sources = new List<string>();
        Span<float> row = stackalloc float[Expressions.Count];
        while (rows.Read())
        {
            if (rows.IsEmpty)
            {
                continue;
            }

            if (rows.IsUnterminated)
            {
                throw Bad("a quoted source is not closed; the file is truncated");
            }

            List<string> fields = rows.Fields();
            if (fields.Count != Columns.Length)
            {
                throw Bad($"it has {fields.Count} columns, expected {Columns.Length}");
            }

            if (
                !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
                || index != labels.Count
            )
            {
                throw Bad($"its index is {Shorten(fields[0])}, expected {labels.Count}; is a row missing?");
            }

            labels.Add((byte)Name(fields[2], "label"));
            sources.Add(CsvText.Unescape(fields[1]));
            for (int c = 0; c < row.Length; c++)
            {
                if (!float.TryParse(fields[3 + c], NumberStyles.Float, CultureInfo.InvariantCulture, out row[c]))
                {
                    throw Bad($"its {Columns[3 + c]} is {Shorten(fields[3 + c])}, expected a number");
                }
            }

            if (Predictions.RowError(row) is { } wrong)
            {
                throw Bad(wrong);
            }

            probabilities.AddRange(row);
            Name(fields[^1], "predicted");
        }

        return new Predictions(name, [.. probabilities], [.. labels], [.. sources]);

        Expression Name(string text, string column) =>
            Expressions.Names.Contains(text) && Expressions.TryParse(text, out Expression expression)
                ? expression
                : throw Bad($"its {column} is {Shorten(text)}, expected one of {string.Join(", ", Expressions.Names)}");

        MienException Bad(string what) =>
            new(
                ErrorKind.BadInput,
                "badPredictions",
                $"{name}, line {rows.Line}: {what}. Write the file again with mien evaluate … --predictions FILE."
            );
    }

    // A foreign file's line may be a megabyte of binary data: show only its start, without control characters.
    private static string Shorten(string text)
    {
        string visible = new([.. text.Take(60).Select(c => char.IsControl(c) || c == '\uFFFD' ? '?' : c)]);
        return text.Length > 60 ? $"'{visible}…'" : $"'{visible}'";
    }
}
