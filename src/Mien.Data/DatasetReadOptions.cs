using System.Globalization;

namespace Mien.Data;

/// <summary>Options of <see cref="DatasetReader"/>. Immutable; the defaults fit FER2013.</summary>
internal sealed record DatasetReadOptions
{
    /// <summary>
    /// Width of every image in pixels, 1 to 4096, given together with <see cref="Height"/>. <c>null</c> uses 48 for a
    /// CSV file and the most common size for image files.
    /// </summary>
    public int? Width { get; init; }

    /// <summary>Height of every image in pixels, 1 to 4096; see <see cref="Width"/>.</summary>
    public int? Height { get; init; }

    /// <summary>
    /// Whether unreadable rows and images are skipped, counted and named in <see cref="DatasetReadReport"/> instead of
    /// throwing.
    /// </summary>
    public bool SkipBadRows { get; init; }

    /// <summary>
    /// The split of the images in a folder named <c>test</c> whose file names have no split prefix (<c>PublicTest_</c>,
    /// <c>PrivateTest_</c>, <c>Training_</c>). <c>null</c> uses <c>PrivateTest</c> if there is a validation folder too,
    /// and otherwise throws an error that asks for it.
    /// </summary>
    public DatasetSplit? TestFolderSplit { get; init; }

    /// <summary>
    /// The split of images without one: a CSV file without a <c>Usage</c> column, or class folders without a split
    /// folder above. <c>null</c> makes this an error.
    /// </summary>
    public DatasetSplit? DefaultSplit { get; init; }

    /// <summary>
    /// Receives the share of the input's bytes (or of the images) that was read, 0 to 1, about every percent.
    /// </summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">Only one of width and height is given, or one is out of range.</exception>
    internal void Validate()
    {
        if (Width is null != Height is null)
        {
            throw new ArgumentException("Width and Height must be given together or not at all.");
        }

        if (Width is < 1 or > 4096 || Height is < 1 or > 4096)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The image size {Width}×{Height} is out of range; expected 1 to 4096 pixels per side."
                )
            );
        }
    }
}
