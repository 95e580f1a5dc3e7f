using System.Globalization;

namespace Mien.Data;

/// <summary>
/// Labelled gray face crops of one size, held in one byte array. Instances are not changed after construction and may
/// be read from several threads; the arrays are not copied, so do not write to them.
/// </summary>
internal sealed class FaceDataset
{
    private readonly string[]? sources;

    /// <summary>Creates a data set over existing arrays, which it keeps without copying.</summary>
    /// <param name="name">Where the data came from, for messages and reports (a file or folder name).</param>
    /// <param name="width">Width of every image in pixels.</param>
    /// <param name="height">Height of every image in pixels.</param>
    /// <param name="pixels">Gray values 0..255, row by row, image after image: count × height × width bytes.</param>
    /// <param name="labels">One of the seven expressions (0..6) an image.</param>
    /// <param name="splits">The split of each image.</param>
    /// <param name="sources">
    /// Where each image came from (a line or a file), or <c>null</c>: the row number is used.
    /// </param>
    /// <param name="voteDistributions">
    /// Crowd votes an image: count × 7 shares in the order of <see cref="Expression"/>, each row summing to 1;
    /// <c>null</c> where there are none.
    /// </param>
    /// <exception cref="ArgumentException">The arrays do not fit one another.</exception>
    public FaceDataset(
        string name,
        int width,
        int height,
        byte[] pixels,
        byte[] labels,
        DatasetSplit[] splits,
        string[]? sources = null,
        float[]? voteDistributions = null
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
        this.sources = sources;
    }

    /// <summary>Where the data came from, for messages and reports.</summary>
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

    /// <summary>Crowd votes: count × 7 shares, each row summing to 1; <c>null</c> where no votes were joined.</summary>
    public float[]? VoteDistributions { get; }

    /// <summary>The pixels of one image: height × width bytes, a view into <see cref="Pixels"/>.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>A view, valid as long as this data set.</returns>
    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(checked(index * Width * Height), Width * Height);

    /// <summary>The label of one image.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>The expression.</returns>
    public Expression Label(int index) => (Expression)Labels[index];

    /// <summary>Where one image came from: a file's path, or <c>NAME:row</c> counted from 0.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    /// <returns>A text for people and for prediction files.</returns>
    public string Source(int index) =>
        sources?[index] ?? string.Create(CultureInfo.InvariantCulture, $"{Name}:{index}");

    /// <summary>The images of one split, in their order.</summary>
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
    /// The images of one split that stand, pixel for pixel, in another split too. A result on them is no result on
    /// unseen images: 280 of the 3,589 PublicTest images of FER2013 stand in Training.
    /// </summary>
    /// <param name="split">The split whose images are wanted.</param>
    /// <param name="other">The split in which they are looked for; the same split gives all its images.</param>
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

    /// <summary>A data set of some of the images, copied, in the order given.</summary>
    /// <param name="indices">Indices into this data set; an index may stand twice.</param>
    /// <returns>A new data set that shares nothing with this one; sources keep naming the rows of this one.</returns>
    public FaceDataset Select(ReadOnlySpan<int> indices)
    {
        int size = Width * Height;
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(indices.Length * size));
        byte[] labels = new byte[indices.Length];
        var splits = new DatasetSplit[indices.Length];
        string[] names = new string[indices.Length];
        float[]? votes = VoteDistributions is null ? null : new float[indices.Length * Expressions.Count];
        for (int i = 0; i < indices.Length; )
        {
            // Neighbours are copied together: a whole split is one piece.
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
            for (int end = i + run; i < end; i++)
            {
                names[i] = Source(indices[i]);
            }
        }

        return new FaceDataset(Name, Width, Height, pixels, labels, splits, names, votes);
    }

    /// <summary>The images of one split as a data set of their own (see <see cref="Select"/>).</summary>
    /// <param name="split">The split.</param>
    /// <returns>A new data set, empty if there is no such image.</returns>
    public FaceDataset Only(DatasetSplit split) => Select(IndicesOf(split));

    /// <summary>The same images with crowd votes.</summary>
    /// <param name="voteDistributions">Count × 7 shares, each row summing to 1; kept without copying.</param>
    /// <returns>A data set over the same pixel and label arrays.</returns>
    public FaceDataset WithVotes(float[]? voteDistributions) =>
        new(Name, Width, Height, Pixels, Labels, Splits, sources, voteDistributions);

    /// <summary>The same images divided otherwise.</summary>
    /// <param name="splits">The split of each image; kept without copying.</param>
    /// <returns>A data set over the same pixel and label arrays.</returns>
    public FaceDataset WithSplits(DatasetSplit[] splits) =>
        new(Name, Width, Height, Pixels, Labels, splits, sources, VoteDistributions);
}
