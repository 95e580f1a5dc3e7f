using Mien.Video;

namespace Mien.Cli;

/// <summary>Where rows come from and how they are written.</summary>
/// <param name="Model">The contract of the model.</param>
/// <param name="Head">The head in use; <c>null</c> for a model with one head.</param>
/// <param name="Derived">Whether rows have valence and intensity.</param>
/// <param name="SafeCsv">Whether to escape CSV texts that a spreadsheet would run as formulas.</param>
internal sealed record VideoRowOptions(ModelContract Model, string? Head, bool Derived, bool SafeCsv);

/// <summary>
/// Writes the results of frames as rows: one per face, and one for a frame without a face. All rows of a frame are
/// written at once.
/// </summary>
internal abstract class VideoRowWriter(TextWriter output)
{
    /// <summary>Creates the writer of a format.</summary>
    /// <param name="form">CSV or JSON Lines.</param>
    /// <param name="output">The destination.</param>
    /// <param name="options">What is written.</param>
    /// <param name="newLine">The line end: that of the file that is resumed.</param>
    public static VideoRowWriter Create(
        PredictionForm form,
        TextWriter output,
        VideoRowOptions options,
        string newLine = "\n"
    ) =>
        form == PredictionForm.Csv
            ? new CsvVideoWriter(output, options, newLine)
            : new JsonLinesVideoWriter(output, options, newLine);

    protected TextWriter Output { get; } = output;

    /// <summary>Writes what precedes the first row; not called if a file is resumed.</summary>
    public virtual void Begin() { }

    /// <summary>Writes the rows of a frame, and flushes them.</summary>
    /// <param name="path">The path of the video as given.</param>
    /// <param name="frame">The frame.</param>
    public void Write(string path, FrameResult frame)
    {
        Output.Write(Rows(path, frame));
        Output.Flush();
    }

    /// <summary>The rows of a frame with their line ends.</summary>
    protected abstract string Rows(string path, FrameResult frame);
}
