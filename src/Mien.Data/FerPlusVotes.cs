using System.Globalization;

namespace Mien.Data;

/// <summary>
/// The FER+ votes (Barsoum et al.: Training deep networks for facial expression recognition with crowd-sourced label
/// distribution, ICMI 2016): ten people labelled the expression of each FER2013 image. Reads <c>fer2013new.csv</c>,
/// plain or gzipped. Immutable and thread-safe.
/// </summary>
internal sealed class FerPlusVotes
{
    /// <summary>
    /// The columns of votes: the seven in the order of <see cref="Expression"/>, contempt, unknown and no face.
    /// </summary>
    public const int Columns = 10;

    /// <summary>In <see cref="Majority"/>: the image has no label.</summary>
    public const byte NoLabel = 255;

    private const int Contempt = 7;
    private const int Unknown = 8;
    private const int NoFace = 9;

    // The seven in the order of Expression, then the columns that are dropped.
    private static readonly string[] ColumnNames =
    [
        "anger",
        "disgust",
        "fear",
        "happiness",
        "sadness",
        "surprise",
        "neutral",
        "contempt",
        "unknown",
        "NF",
    ];

    private readonly string path;
    private readonly byte[] votes;
    private readonly string[] imageNames;
    private readonly DatasetSplit[] splits;

    private FerPlusVotes(string path, byte[] votes, string[] imageNames, DatasetSplit[] splits)
    {
        this.path = path;
        this.votes = votes;
        this.imageNames = imageNames;
        this.splits = splits;
    }

    /// <summary>The number of rows.</summary>
    public int Count => imageNames.Length;

    /// <summary>Reads the votes; columns are found by name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The votes in the order of the file.</returns>
    /// <exception cref="DataException">
    /// The file is missing, damaged or has no votes; the message names file, line and value.
    /// </exception>
    public static FerPlusVotes Read(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            throw new DataException(
                ErrorKind.BadInput,
                "notVotes",
                $"{path} is a folder, expected the file fer2013new.csv of FER+.",
                path
            );
        }

        try
        {
            using ReadAheadStream stream = InputFiles.OpenText(path, cancellationToken);
            (ContentKind kind, string description) = Content.Recognise(stream.Peek());
            return kind == ContentKind.Text
                ? Parse(new LineReader(stream, path, path), path)
                : throw new DataException(
                    ErrorKind.BadInput,
                    "notVotes",
                    $"{path} is {description}, expected the file fer2013new.csv of FER+.",
                    path
                );
        }
        catch (Exception e) when (InputFiles.IsReadFailure(e))
        {
            throw InputFiles.Error(path, e);
        }
    }

    /// <summary>
    /// The name of a row's image in FER+, such as <c>fer0000000.png</c>; empty for rows without a face.
    /// </summary>
    /// <param name="row">0 to <see cref="Count"/> − 1.</param>
    /// <returns>The name.</returns>
    public string ImageName(int row) => imageNames[row];

    /// <summary>
    /// Adds the distribution of its votes to each image of a data set. Votes for contempt, unknown and no face are
    /// dropped, because the networks have only the seven expressions; the rest is divided by its sum. An image without
    /// a vote for the seven (162 of the 32,298 of Training and PublicTest) keeps its label with a share of 1.
    /// </summary>
    /// <param name="dataset">
    /// Either all rows of FER2013's CSV file in their order, with its official splits: row i gets the votes of row i.
    /// Or images in folders with their FER+ names (<c>fer0000000.png</c>): they are matched by name.
    /// </param>
    /// <returns>The same images with votes, and the counts.</returns>
    /// <exception cref="DataException">The rows do not match; the message says where they differ.</exception>
    public FerPlusJoin Join(FaceDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        int[] rows =
            dataset.Count > 0 && ImageTree.IsImage(dataset.Source(0)) ? RowsByName(dataset) : RowsInOrder(dataset);
        float[] shares = new float[rows.Length * Expressions.Count];
        byte[] counts = new byte[rows.Length * Columns];
        int withoutVotes = 0;
        int agreeing = 0;
        long[] dropped = new long[Columns];
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<byte> row = votes.AsSpan(rows[i] * Columns, Columns);
            row.CopyTo(counts.AsSpan(i * Columns));
            Span<float> target = shares.AsSpan(i * Expressions.Count, Expressions.Count);
            int sum = 0;
            foreach (byte vote in row[..Expressions.Count])
            {
                sum += vote;
            }

            if (sum == 0)
            {
                withoutVotes++;
                target[dataset.Labels[i]] = 1;
            }
            else
            {
                byte most = 0;
                for (int e = 0; e < Expressions.Count; e++)
                {
                    target[e] = (float)row[e] / sum;
                    most = Math.Max(most, row[e]);
                }

                agreeing += row[dataset.Labels[i]] == most ? 1 : 0;
            }

            for (int column = Contempt; column < Columns; column++)
            {
                dropped[column] += row[column];
            }
        }

        return new FerPlusJoin(
            dataset.WithVotes(shares, counts),
            rows.Length - withoutVotes,
            withoutVotes,
            agreeing,
            dropped[Contempt],
            dropped[Unknown],
            dropped[NoFace]
        );
    }

    /// <summary>
    /// The label that most people gave to each image: the column with strictly the most votes of all ten, if it is one
    /// of the seven expressions (3,372 of the 3,589 images of PublicTest).
    /// </summary>
    /// <param name="dataset">Images with <see cref="FaceDataset.VoteCounts"/>.</param>
    /// <returns>A label 0..6 for each image, or <see cref="NoLabel"/>.</returns>
    /// <exception cref="ArgumentException">The data set has no votes.</exception>
    public static byte[] Majority(FaceDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        byte[] counts =
            dataset.VoteCounts ?? throw new ArgumentException("The data set has no votes.", nameof(dataset));
        byte[] labels = new byte[dataset.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<byte> row = counts.AsSpan(i * Columns, Columns);
            byte top = 0;
            foreach (byte votes in row)
            {
                top = Math.Max(top, votes);
            }

            int place = row.IndexOf(top);
            labels[i] = place < Expressions.Count && row.Count(top) == 1 ? (byte)place : NoLabel;
        }

        return labels;
    }

    private int[] RowsInOrder(FaceDataset dataset)
    {
        if (dataset.Count != Count)
        {
            throw new DataException(
                ErrorKind.BadInput,
                "votesDoNotMatch",
                $"{path} has {Count} rows, {dataset.Name} has {dataset.Count}; votes are joined row by row, so "
                    + $"both must be complete. Use the votes of this data set, and do not skip rows.",
                path
            );
        }

        for (int i = 0; i < Count; i++)
        {
            if (splits[i] != dataset.Splits[i])
            {
                throw new DataException(
                    ErrorKind.BadInput,
                    "votesDoNotMatch",
                    $"{path}, row {i + 1}: its Usage is {splits[i]}, but {dataset.Source(i)} belongs "
                        + $"to {dataset.Splits[i]}; votes are joined row by row, so the order must be the same. Join "
                        + $"votes before the data is split or reordered.",
                    path
                );
            }
        }

        return [.. Enumerable.Range(0, Count)];
    }

    private int[] RowsByName(FaceDataset dataset)
    {
        var byName = new Dictionary<string, int>(Count, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < Count; i++)
        {
            if (imageNames[i].Length > 0)
            {
                byName[Path.GetFileNameWithoutExtension(imageNames[i])] = i;
            }
        }

        int[] rows = new int[dataset.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            if (!byName.TryGetValue(Path.GetFileNameWithoutExtension(dataset.Source(i)), out rows[i]))
            {
                throw new DataException(
                    ErrorKind.BadInput,
                    "votesDoNotMatch",
                    $"{path} has no votes for {dataset.Source(i)}; votes of images in folders are joined by "
                        + $"file name, expected names such as fer0000000.png. Use fer2013.csv, which is joined row "
                        + $"by row.",
                    path
                );
            }
        }

        return rows;
    }

    private static FerPlusVotes Parse(LineReader lines, string path)
    {
        if (!lines.TryRead(out ReadOnlySpan<byte> line))
        {
            throw new DataException(
                ErrorKind.BadInput,
                "empty",
                $"{path} is empty, expected the file fer2013new.csv of FER+.",
                path
            );
        }

        string[] names = Csv.Names(line);
        int usage = Csv.Find(names, "Usage");
        int image = Csv.Find(names, "Image name");
        int[] places = Array.ConvertAll(ColumnNames, n => Csv.Find(names, n));
        if (usage < 0 || image < 0 || Array.Exists(places, p => p < 0))
        {
            throw new DataException(
                ErrorKind.BadInput,
                "badHeader",
                $"{path}, line 1: the header is '{Csv.Excerpt(line)}', expected the columns Usage, Image "
                    + $"name, {string.Join(", ", ColumnNames)}. Use the file fer2013new.csv of FER+.",
                path,
                1
            );
        }

        var votes = new List<byte>();
        var imageNames = new List<string>();
        var splits = new List<DatasetSplit>();
        Span<Range> fields = stackalloc Range[CsvColumns.Max];
        while (lines.TryRead(out line))
        {
            if (Csv.IsEmpty(line))
            {
                continue;
            }

            int count = Csv.Split(line, fields);
            if (count != names.Length)
            {
                string found =
                    count < 0
                        ? "a quoted field is not closed"
                        : string.Create(CultureInfo.InvariantCulture, $"{count} columns");
                throw Bad(path, lines.Line, $"{found}, expected {names.Length} columns as in the header");
            }

            if (!SplitNames.TryParseUsage(line[fields[usage]], out DatasetSplit split))
            {
                throw Bad(
                    path,
                    lines.Line,
                    $"unknown usage '{Csv.Excerpt(line[fields[usage]])}', expected {SplitNames.Expected}"
                );
            }

            foreach (int place in places)
            {
                ReadOnlySpan<byte> field = line[fields[place]];
                votes.Add(
                    byte.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out byte vote)
                        ? vote
                        : throw Bad(
                            path,
                            lines.Line,
                            $"the votes for {names[place]} are '{Csv.Excerpt(field)}', expected a whole number "
                                + $"from 0 to 255"
                        )
                );
            }

            imageNames.Add(System.Text.Encoding.UTF8.GetString(line[fields[image]]));
            splits.Add(split);
        }

        return imageNames.Count == 0
            ? throw new DataException(
                ErrorKind.BadInput,
                "noRows",
                $"{path} has a header but no rows. Download it again.",
                path
            )
            : new FerPlusVotes(path, [.. votes], [.. imageNames], [.. splits]);
    }

    private static DataException Bad(string path, long line, string problem) =>
        new(ErrorKind.BadInput, "badRow", $"{path}, line {line}: {problem}. Download the file again.", path, line);
}
