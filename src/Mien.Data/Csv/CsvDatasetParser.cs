using System.Globalization;

namespace Mien.Data;

/// <summary>Parses the CSV format of FER2013 in one pass over its bytes.</summary>
internal static class CsvDatasetParser
{
    private const int FerSize = 48;
    private const int RowsPerTick = 64;

    /// <summary>Reads all rows.</summary>
    /// <param name="stream">The text.</param>
    /// <param name="label">The file, and inside an archive the entry, for messages.</param>
    /// <param name="session">Options, report and progress.</param>
    public static FaceDataset Parse(Stream stream, string label, ReadSession session)
    {
        DatasetReadOptions options = session.Options;
        int width = options.Width ?? FerSize;
        int height = options.Height ?? FerSize;
        var lines = new LineReader(stream, label, session.Path);
        CsvColumns columns = ReadHeader(lines, label, session);
        var rows = new ImageRows(width * height);
        List<int>? kept = null;
        int row = 0;
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (Csv.IsEmpty(line))
            {
                continue;
            }

            if ((rows.Count + 1L) * width * height > Array.MaxLength)
            {
                throw session.Error(
                    "tooLarge",
                    $"{label}, line {lines.Line}: more than {rows.Count} images of {width}×{height} do not fit "
                        + $"into one array of 2 GiB. Split the file.",
                    lines.Line
                );
            }

            string? problem = ParseRow(line, columns, options.DefaultSplit, rows, width, height);
            if (problem is not null)
            {
                session.Bad("badRow", $"{label}, line {lines.Line}: {problem}", lines.Line);

                // After the first skipped row, an image's index differs from its row number, so row numbers are
                // recorded from here on.
                kept ??= [.. Enumerable.Range(0, row)];
            }
            else
            {
                kept?.Add(row);
            }

            if (++row % RowsPerTick == 0)
            {
                session.Tick();
            }
        }

        if (rows.Count == 0)
        {
            throw session.Error(
                "noRows",
                row == 0
                    ? $"{label} has a header but no rows; expected one row per image. The file may be "
                        + $"truncated: download it again."
                    : $"{label}: none of its {row} rows could be read. The first: {session.Report.Messages[0]}."
            );
        }

        session.Report.Format = DatasetFormat.Csv;
        session.Report.Source = label;
        session.Report.Rows = rows.Count;
        session.Report.Bytes = lines.Bytes;
        string name = session.Name;
        string[]? sources = kept?.ConvertAll(r => string.Create(CultureInfo.InvariantCulture, $"{name}:{r}")).ToArray();
        return rows.ToDataset(name, width, height, sources);
    }

    private static CsvColumns ReadHeader(LineReader lines, string label, ReadSession session)
    {
        ReadOnlySpan<byte> line;
        do
        {
            if (!lines.TryRead(out line))
            {
                throw session.Error(
                    "empty",
                    $"{label} has no text; expected the header 'emotion,pixels,Usage' and one row per image. "
                        + $"Download the file again."
                );
            }
        } while (Csv.IsEmpty(line));

        string[] names = Csv.Names(line);
        var columns = CsvColumns.Parse(line);
        if (!columns.HasImages)
        {
            string advice =
                Csv.Find(names, "NF") >= 0 ? "These are FER+ votes: pass them as votes, not as the data set."
                : Csv.Find(names, "path") >= 0 && Csv.Find(names, "label") >= 0
                    ? "These are labelled photos: evaluate them with --detect."
                : "Use fer2013.csv, icml_face_data.csv, or one of their archives.";
            throw session.Error(
                "badHeader",
                $"{label}, line {lines.Line}: the header is '{Csv.Excerpt(line)}', expected columns named "
                    + $"emotion, pixels and Usage. {advice}",
                lines.Line
            );
        }

        if (columns.Usage < 0 && session.Options.DefaultSplit is null)
        {
            throw session.Error(
                "noUsage",
                $"{label}, line {lines.Line}: the header is '{Csv.Excerpt(line)}' and has no column Usage, so "
                    + $"the split of the rows is unknown. Use a file with Usage, or set the split of all rows "
                    + $"(DefaultSplit, --default-split).",
                lines.Line
            );
        }

        return columns;
    }

    /// <summary>Parses one row into the next image. Returns an error text, or <c>null</c>.</summary>
    private static string? ParseRow(
        ReadOnlySpan<byte> line,
        CsvColumns columns,
        DatasetSplit? defaultSplit,
        ImageRows rows,
        int width,
        int height
    )
    {
        Span<Range> fields = stackalloc Range[CsvColumns.Max];
        int count = Csv.Split(line, fields);
        if (count != columns.Count)
        {
            return count < 0
                ? "a quoted field is not closed, or is followed by text"
                : $"{count} columns, expected {columns.Count} as in the header";
        }

        ReadOnlySpan<byte> emotion = line[fields[columns.Emotion]];
        if (emotion is not [>= (byte)'0' and <= (byte)'6'])
        {
            return $"unknown label '{Csv.Excerpt(emotion)}', expected 0 (anger) to 6 (neutral)";
        }

        DatasetSplit split = defaultSplit ?? DatasetSplit.Training;
        if (columns.Usage >= 0)
        {
            ReadOnlySpan<byte> usage = line[fields[columns.Usage]];
            if (!SplitNames.TryParseUsage(usage, out split))
            {
                return $"unknown usage '{Csv.Excerpt(usage)}', expected {SplitNames.Expected}";
            }
        }

        ReadOnlySpan<byte> pixels = line[fields[columns.Pixels]];
        Span<byte> target = rows.Next();
        if (!PixelParser.TryParse(pixels, target) && PixelParser.Problem(pixels, target, width, height) is { } problem)
        {
            return problem;
        }

        rows.Keep((byte)(emotion[0] - '0'), split);
        return null;
    }
}
