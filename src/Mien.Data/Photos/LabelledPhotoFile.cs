using System.Globalization;

namespace Mien.Data;

/// <summary>Reads the CSV form of <see cref="LabelledPhotos"/>.</summary>
internal static class LabelledPhotoFile
{
    // Rows are never longer. The limit keeps a foreign file without line ends from being read whole into memory.
    private const int MaxRowLength = 1 << 16;
    private const int RowsPerTick = 64;

    private static readonly string[] BoxColumns = ["boxX", "boxY", "boxWidth", "boxHeight"];

    public static List<LabelledPhoto> Read(ReadSession session, LabelNames names)
    {
        try
        {
            using ReadAheadStream stream = InputFiles.OpenText(session.Path, session.CancellationToken);
            (ContentKind kind, string description) = Content.Recognise(stream.Peek());
            return kind == ContentKind.Text
                ? Parse(new RecordReader(stream, isCsv: true, MaxRowLength), session, names)
                : throw session.Error(
                    "notLabelledPhotos",
                    $"{session.Path} is {description}; {LabelledPhotos.Expected}."
                        + $"{(kind is ContentKind.Zip or ContentKind.Tar ? " Unpack it first." : "")}"
                );
        }
        catch (Exception e) when (InputFiles.IsReadFailure(e))
        {
            throw InputFiles.Error(session.Path, e);
        }
    }

    private static List<LabelledPhoto> Parse(RecordReader rows, ReadSession session, LabelNames names)
    {
        Columns columns = ReadHeader(rows, session);
        var photos = new List<LabelledPhoto>();
        string folder = Path.GetDirectoryName(session.Path) ?? "";
        for (int row = 0; rows.Read(); row++)
        {
            if (row % RowsPerTick == 0)
            {
                session.Tick();
            }

            if (rows.IsTooLong)
            {
                throw session.Error(
                    "notText",
                    $"{session.Path}, line {rows.Line}: the row is longer than {MaxRowLength / 1024} KiB; "
                        + $"{LabelledPhotos.Expected}.",
                    rows.Line
                );
            }

            if (rows.IsEmpty)
            {
                continue;
            }

            string? problem = ParseRow(rows, columns, folder, names, out LabelledPhoto? photo, out string? unknown);
            if (problem is not null)
            {
                string source = $"{session.Path}, line {rows.Line}";
                string message = $"{source}: {problem}";
                var bad = new BadRow(unknown is null ? "badRow" : BadRow.UnknownLabel, source, message)
                {
                    Label = unknown,
                };
                session.Bad("badRow", message, rows.Line, row: bad);
            }
            else
            {
                photos.Add(photo! with { Split = session.Options.DefaultSplit });
            }
        }

        return photos;
    }

    private static Columns ReadHeader(RecordReader rows, ReadSession session)
    {
        bool found = false;
        while (!found && rows.Read())
        {
            found = !rows.IsEmpty;
        }

        string[] names = found ? [.. rows.Fields().Select(n => CsvText.Unescape(n.TrimStart('\uFEFF').Trim()))] : [];
        var columns = new Columns(
            names.Length,
            Csv.Find(names, "path"),
            Csv.Find(names, "label"),
            Csv.Find(names, "person"),
            Array.ConvertAll(BoxColumns, n => Csv.Find(names, n))
        );
        if (columns.Path < 0 || columns.Label < 0 || rows.IsTooLong)
        {
            string advice =
                Csv.Find(names, "pixels") >= 0
                    ? " These are face crops without the photos around them, in which there is nothing to detect: "
                        + "evaluate them without --detect."
                : Csv.Find(names, "NF") >= 0 ? " These are FER+ votes, not photos."
                : "";
            throw session.Error(
                "badHeader",
                $"{session.Path}, line {rows.Line}: the header is '{Csv.Excerpt(rows.Bytes)}', expected the columns "
                    + $"path and label, and optionally person and {string.Join(", ", BoxColumns)}.{advice}",
                rows.Line
            );
        }

        string[] missing = [.. BoxColumns.Where((_, i) => columns.Box[i] < 0)];
        return missing.Length is 0 or 4
            ? columns
            : throw session.Error(
                "badHeader",
                $"{session.Path}, line {rows.Line}: the header lacks {string.Join(" and ", missing)}. Give all four "
                    + $"of {string.Join(", ", BoxColumns)}, or none.",
                rows.Line
            );
    }

    /// <summary>Parses one row. Returns an error text, or <c>null</c>.</summary>
    private static string? ParseRow(
        RecordReader row,
        Columns columns,
        string folder,
        LabelNames names,
        out LabelledPhoto? photo,
        out string? unknown
    )
    {
        photo = null;
        unknown = null;
        if (row.IsUnterminated)
        {
            return "a quoted field is not closed";
        }

        List<string> fields = row.Fields();
        if (fields.Count != columns.Count)
        {
            return $"{fields.Count} columns, expected {columns.Count} as in the header";
        }

        string label = CsvText.Unescape(fields[columns.Label]);
        if (!names.TryFind(label, out int place))
        {
            unknown = label;
            return names.Unknown("unknown label", label);
        }

        string? problem = ParseBox(fields, columns, out FaceBox? box);
        if (problem is not null)
        {
            return problem;
        }

        string name = CsvText.Unescape(fields[columns.Path]);
        if (name.Length == 0)
        {
            return "the path is empty, expected the path of a photo";
        }

        string path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return $"there is no photo '{path}'{(Directory.Exists(path) ? ", it is a folder" : "")}; paths are "
                + $"relative to the folder of the CSV file";
        }

        string person = columns.Person < 0 ? "" : CsvText.Unescape(fields[columns.Person].Trim());
        photo = LabelledPhoto.Of(path, label, place, names) with
        {
            Box = box,
            Person = person.Length == 0 ? null : person,
        };
        return null;
    }

    private static string? ParseBox(List<string> fields, Columns columns, out FaceBox? box)
    {
        box = null;
        if (columns.Box[0] < 0 || Array.TrueForAll(columns.Box, i => fields[i].AsSpan().Trim().IsEmpty))
        {
            return null;
        }

        Span<float> values = stackalloc float[BoxColumns.Length];
        for (int i = 0; i < values.Length; i++)
        {
            string text = fields[columns.Box[i]];
            bool isSize = i >= 2;
            if (
                !float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out values[i])
                || !(MathF.Abs(values[i]) < 1e6f)
                || (isSize && values[i] <= 0)
            )
            {
                return $"{BoxColumns[i]} is '{Excerpt(text)}', expected a number of pixels{(isSize ? " over 0" : "")}, "
                    + $"or all four of the box empty";
            }
        }

        box = new FaceBox(values[0], values[1], values[2], values[3]);
        return null;
    }

    private static string Excerpt(string value) => Csv.Excerpt(System.Text.Encoding.UTF8.GetBytes(value));

    /// <summary>The number of columns, and the index of each that is used, or −1.</summary>
    private sealed record Columns(int Count, int Path, int Label, int Person, int[] Box);
}
