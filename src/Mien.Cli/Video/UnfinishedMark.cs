namespace Mien.Cli;

/// <summary>
/// A hidden file beside an output that says that it is not finished: frames are missing in a file of rows, or a film is
/// that of an earlier run. It is made before the first row and removed when the output is complete, so that it stays
/// however a run ends. With <c>--resume</c>, a file of rows without it is finished if it reaches the end of the video.
/// Not thread-safe.
/// </summary>
/// <param name="output">The output.</param>
/// <param name="what">What it is, with the article.</param>
internal sealed class UnfinishedMark(string output, string what = "the file of rows")
{
    /// <summary>The extension of the hidden file.</summary>
    public const string Ending = ".mien-unfinished";

    private readonly string? path =
        PartFile.Target(output) is var target && !PartFile.IsDevice(target)
            ? Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}{Ending}")
            : null;

    /// <summary>Whether the output is not finished.</summary>
    public bool IsSet => path is not null && File.Exists(path);

    /// <summary>Says that the output is not finished.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public void Set()
    {
        if (path is not null && !IsSet)
        {
            OutputFile.WriteText(
                path,
                $"mien video has not finished {what} beside this file. 'mien video --resume' continues it.\n"
            );
        }
    }

    /// <summary>Says that the output is finished.</summary>
    public void Remove()
    {
        try
        {
            if (path is not null)
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // --resume then analyses the last seconds once more, and finds that nothing is missing.
        }
    }
}
