namespace Mien.Data;

/// <summary>
/// Collects images whose number is not known beforehand, in blocks, and joins them into one array at the end.
/// </summary>
internal sealed class ImageRows(int imageSize)
{
    // Blocks of about 1 MiB: growing copies nothing, and little memory is unused at the end.
    private readonly int imagesPerBlock = Math.Max(1, 1024 * 1024 / imageSize);
    private readonly List<byte[]> blocks = [];
    private readonly List<byte> labels = [];
    private readonly List<DatasetSplit> splits = [];

    /// <summary>The number of images kept.</summary>
    public int Count => labels.Count;

    /// <summary>The memory for the next image's pixels; the image counts once <see cref="Keep"/> is called.</summary>
    public Span<byte> Next()
    {
        int inBlock = Count % imagesPerBlock;
        if (Count == blocks.Count * imagesPerBlock)
        {
            blocks.Add(GC.AllocateUninitializedArray<byte>(imagesPerBlock * imageSize));
        }

        return blocks[^1].AsSpan(inBlock * imageSize, imageSize);
    }

    /// <summary>Keeps the image that was written to <see cref="Next"/>.</summary>
    public void Keep(byte label, DatasetSplit split)
    {
        labels.Add(label);
        splits.Add(split);
    }

    /// <summary>
    /// Joins all images into a data set. Each block is released once it is copied, so that little of the data is in
    /// memory twice.
    /// </summary>
    public FaceDataset ToDataset(string name, int width, int height, string[]? sources)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(Count * imageSize));
        int full = imagesPerBlock * imageSize;

        // In parallel, because most of the time is spent in the operating system's first-touch page allocation.
        Parallel.For(
            0,
            blocks.Count,
            i =>
            {
                int start = i * full;
                blocks[i].AsSpan(0, Math.Min(full, pixels.Length - start)).CopyTo(pixels.AsSpan(start));
                blocks[i] = [];
            }
        );
        return new FaceDataset(name, width, height, pixels, [.. labels], [.. splits], sources);
    }
}
