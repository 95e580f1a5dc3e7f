namespace Mien.Cli;

/// <summary>
/// Draws the probabilities of a video over time, one panel per track: as PNG or SVG, or as an interactive HTML file.
/// </summary>
internal static class VideoChart
{
    /// <summary>The extensions of the supported formats.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".svg", ".html"];

    /// <summary>Whether the extension of a file is one of <see cref="Extensions"/>, in any case.</summary>
    public static bool IsSupported(string file) => Extensions.Contains(Extension(file));

    /// <summary>Writes the chart in the format of the file's extension.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static void Write(string file, VideoSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        switch (Extension(file))
        {
            case ".png":
                OutputFile.WriteBytes(file, VideoChartSheet.ToPng(summary));
                break;
            case ".svg":
                OutputFile.WriteText(file, VideoChartSheet.ToSvg(summary));
                break;
            case ".html":
                OutputFile.WriteText(file, VideoChartPage.ToHtml(summary));
                break;
            default:
                throw new ArgumentException($"'{file}' ends in none of {string.Join(", ", Extensions)}.", nameof(file));
        }
    }

    private static string Extension(string file) => Path.GetExtension(file).ToLowerInvariant();
}
