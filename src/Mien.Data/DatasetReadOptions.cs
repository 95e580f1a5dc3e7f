using System.Globalization;

namespace Mien.Data;

/// <summary>How <see cref="DatasetReader"/> reads. Immutable; the defaults fit FER2013.</summary>
internal sealed record DatasetReadOptions
{
    /// <summary>
    /// Width of every image in pixels, 1 to 4096, given together with <see cref="Height"/>. <c>null</c>: 48 for a CSV
    /// file, the most common size for image files.
    /// </summary>
    public int? Width { get; init; }

    /// <summary>Height of every image in pixels, 1 to 4096; see <see cref="Width"/>.</summary>
    public int? Height { get; init; }

    /// <summary>
    /// Whether rows and images that cannot be read are left out, counted and named in <see cref="DatasetReadReport"/>
    /// instead of ending the reading.
    /// </summary>
    public bool SkipBadRows { get; init; }

    /// <summary>
    /// The split of those images of a folder named <c>test</c> whose file names do not tell it by a prefix
    /// (<c>PublicTest_</c>, <c>PrivateTest_</c>, <c>Training_</c>). <c>null</c>: <c>PrivateTest</c> where there is a
    /// validation folder too, otherwise an error that asks for it.
    /// </summary>
    public DatasetSplit? TestFolderSplit { get; init; }

    /// <summary>
    /// The split of images for which nothing names one: a CSV file without a <c>Usage</c> column, class folders without
    /// a split folder above. <c>null</c>: that is an error.
    /// </summary>
    public DatasetSplit? DefaultSplit { get; init; }

    /// <summary>
    /// Told the share of the input's bytes (or of the images) that is read, 0 to 1, about once a percent.
    /// </summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">Only one of width and height is given, or one is out of range.</exception>
    internal void Validate()
    {
        if (Width is null != Height is null)
        {
            throw new ArgumentException("Width and Height are given together or not at all.");
        }

        if (Width is < 1 or > 4096 || Height is < 1 or > 4096)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The image size {Width}×{Height} is out of range; expected 1 to 4096 pixels a side."
                )
            );
        }
    }
}
