using System.Globalization;

namespace Mien.Data;

/// <summary>
/// Labelled gray face crops of one size, held in one byte array. Instances do not change after construction and may be
/// read from several threads. The arrays are not copied, so do not write to them.
/// </summary>
internal sealed class FaceDataset
{
    private readonly string[]? sources;

    /// <summary>Creates a data set over existing arrays, which it keeps without copying.</summary>
    /// <param name="name">Where the data comes from, for messages and reports (a file or folder name).</param>
    /// <param name="width">Width of every image in pixels.</param>
    /// <param name="height">Height of every image in pixels.</param>
    /// <param name="pixels">Gray values 0..255, row by row, image after image: count × height × width bytes.</param>
    /// <param name="labels">The label of each image, 0..6 in the order of <see cref="Expression"/>.</param>
    /// <param name="splits">The split of each image.</param>
    /// <param name="sources">Where each image comes from (a line or a file); <c>null</c> uses the row number.</param>
    /// <param name="voteDistributions">
    /// FER+ votes: count × 7 shares in the order of <see cref="Expression"/>, each row summing to 1; <c>null</c> if
    /// there are none.
    /// </param>
    /// <param name="voteCounts">
    /// The FER+ votes themselves: count × <see cref="FerPlusVotes.Columns"/>, the seven in the order of <see
    /// cref="Expression"/>, then contempt, unknown and no face; <c>null</c> if there are none.
    /// </param>
    /// <exception cref="ArgumentException">The lengths of the arrays do not match.</exception>
    public FaceDataset(
        string name,
        int width,
        int height,
        byte[] pixels,
        byte[] labels,
        DatasetSplit[] splits,
        string[]? sources = null,
        float[]? voteDistributions = null,
        byte[]? voteCounts = null
    )
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(splits);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (
            pixels.LongLength != (long)labels.Length * width * height
            || splits.Length != labels.Length
            || (sources is not null && sources.Length != labels.Length)
            || (voteDistributions is not null && voteDistributions.Length != labels.Length * Expressions.Count)
            || (voteCounts is not null && voteCounts.Length != labels.Length * FerPlusVotes.Columns)
        )
        {
            throw new ArgumentException(
                "Pixels, labels, splits, sources and votes must belong to the same number of images."
            );
        }

        Name = name;
        Width = width;
        Height = height;
        Pixels = pixels;
        Labels = labels;
        Splits = splits;
        VoteDistributions = voteDistributions;
        VoteCounts = voteCounts;
        this.sources = sources;
    }

    /// <summary>Where the data comes from, for messages and reports.</summary>
    public string Name { get; }

    /// <summary>Width of every image in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of every image in pixels.</summary>
    public int Height { get; }

    /// <summary>The number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>Gray values 0..255: count × height × width bytes, owned by this data set.</summary>
    public byte[] Pixels { get; }

    /// <summary>The label of each image, 0..6 in the order of <see cref="Expression"/>.</summary>
    public byte[] Labels { get; }

    /// <summary>The split of each image.</summary>
    public DatasetSplit[] Splits { get; }

    /// <summary>FER+ votes: count × 7 shares, each row summing to 1; <c>null</c> if no votes were joined.</summary>
    public float[]? VoteDistributions { get; }

    /// <summary>
    /// The FER+ votes: count × <see cref="FerPlusVotes.Columns"/>, from which a rule such as <see
    /// cref="FerPlusVotes.Majority"/> derives labels; <c>null</c> if no votes were joined.
    /// </summary>
    public byte[]? VoteCounts { get; }

    /// <summary>The pixels of one image: height × width bytes, a view into <see cref="Pixels"/>.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>A view, valid as long as this data set.</returns>
    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(checked(index * Width * Height), Width * Height);

    /// <summary>The label of one image.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>The expression.</returns>
    public Expression Label(int index) => (Expression)Labels[index];

    /// <summary>Where one image comes from: a file's path, or <c>NAME:row</c> counted from 0.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>A text for people and for prediction files.</returns>
    public string Source(int index) =>
        sources?[index] ?? string.Create(CultureInfo.InvariantCulture, $"{Name}:{index}");

    /// <summary>Lists the images of one split, in their order.</summary>
    /// <param name="split">The split.</param>
    /// <returns>Indices into this data set; empty if it has no such image.</returns>
    public int[] IndicesOf(DatasetSplit split)
    {
        int[] indices = new int[Splits.AsSpan().Count(split)];
        for (int i = 0, next = 0; next < indices.Length; i++)
        {
            if (Splits[i] == split)
            {
                indices[next++] = i;
            }
        }

        return indices;
    }

    /// <summary>
    /// Lists the images of one split that have an exact duplicate in another split. A result on them is not a result on
    /// unseen images: 280 of the 3,589 PublicTest images of FER2013 are duplicates of training images.
    /// </summary>
    /// <param name="split">The split whose images are listed.</param>
    /// <param name="other">The split that is searched; the same split gives all its images.</param>
    /// <returns>Indices into this data set, ascending.</returns>
    public int[] IndicesAlsoIn(DatasetSplit split, DatasetSplit other)
    {
        int[] first = IdenticalImages.FirstOf(this);
        bool[] inOther = new bool[Count];
        for (int i = 0; i < Count; i++)
        {
            inOther[first[i]] |= Splits[i] == other;
        }

        return Array.FindAll(IndicesOf(split), i => inOther[first[i]]);
    }

    /// <summary>Copies some of the images into a new data set, in the given order.</summary>
    /// <param name="indices">Indices into this data set; an index may be repeated.</param>
    /// <returns>A new data set that shares no array with this one; its sources are the rows of this one.</returns>
    public FaceDataset Select(ReadOnlySpan<int> indices)
    {
        int size = Width * Height;
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(indices.Length * size));
        byte[] labels = new byte[indices.Length];
        var splits = new DatasetSplit[indices.Length];
        string[] names = new string[indices.Length];
        float[]? votes = VoteDistributions is null ? null : new float[indices.Length * Expressions.Count];
        byte[]? counts = VoteCounts is null ? null : new byte[indices.Length * FerPlusVotes.Columns];
        for (int i = 0; i < indices.Length; )
        {
            // Consecutive images are copied together: a whole split is often one block.
            int from = indices[i];
            int run = 1;
            while (i + run < indices.Length && indices[i + run] == from + run)
            {
                run++;
            }

            Pixels.AsSpan(checked(from * size), checked(run * size)).CopyTo(pixels.AsSpan(i * size));
            Labels.AsSpan(from, run).CopyTo(labels.AsSpan(i));
            Splits.AsSpan(from, run).CopyTo(splits.AsSpan(i));
            VoteDistributions
                ?.AsSpan(from * Expressions.Count, run * Expressions.Count)
                .CopyTo(votes.AsSpan(i * Expressions.Count));
            VoteCounts
                ?.AsSpan(from * FerPlusVotes.Columns, run * FerPlusVotes.Columns)
                .CopyTo(counts.AsSpan(i * FerPlusVotes.Columns));
            for (int end = i + run; i < end; i++)
            {
                names[i] = Source(indices[i]);
            }
        }

        return new FaceDataset(Name, Width, Height, pixels, labels, splits, names, votes, counts);
    }

    /// <summary>Copies the images of one split into a new data set (see <see cref="Select"/>).</summary>
    /// <param name="split">The split.</param>
    /// <returns>A new data set, empty if there is no such image.</returns>
    public FaceDataset Only(DatasetSplit split) => Select(IndicesOf(split));

    /// <summary>Adds FER+ votes to the images.</summary>
    /// <param name="voteDistributions">count × 7 shares, each row summing to 1; kept without copying.</param>
    /// <param name="voteCounts">count × <see cref="FerPlusVotes.Columns"/> votes; kept without copying.</param>
    /// <returns>A data set over the same pixel and label arrays.</returns>
    public FaceDataset WithVotes(float[]? voteDistributions, byte[]? voteCounts = null) =>
        new(Name, Width, Height, Pixels, Labels, Splits, sources, voteDistributions, voteCounts);

    /// <summary>Assigns other labels to the images, such as those of another label set.</summary>
    /// <param name="labels">The label of each image, 0..6; kept without copying.</param>
    /// <returns>A data set over the same pixel array.</returns>
    public FaceDataset WithLabels(byte[] labels) =>
        new(Name, Width, Height, Pixels, labels, Splits, sources, VoteDistributions, VoteCounts);

    /// <summary>Assigns other splits to the images.</summary>
    /// <param name="splits">The split of each image; kept without copying.</param>
    /// <returns>A data set over the same pixel and label arrays.</returns>
    public FaceDataset WithSplits(DatasetSplit[] splits) =>
        new(Name, Width, Height, Pixels, Labels, splits, sources, VoteDistributions, VoteCounts);
}
