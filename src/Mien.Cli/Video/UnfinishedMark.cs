namespace Mien.Cli;

/// <summary>
/// A hidden file beside a file of rows that says that frames are missing in it. It is made before the first row and
/// removed when the video is complete, so that it stays however a run ends. With <c>--resume</c>, a file of rows
/// without it is finished if it reaches the end of the video. Not thread-safe.
/// </summary>
internal sealed class UnfinishedMark(string rows)
{
    private const string Text =
        "mien video has not finished the file of rows beside this one. 'mien video --resume' continues it.\n";

    private readonly string? path =
        PartFile.Target(rows) is var target && !PartFile.IsDevice(target)
            ? Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.mien-unfinished")
            : null;

    /// <summary>Whether frames are missing in the file of rows.</summary>
    public bool IsSet => path is not null && File.Exists(path);

    /// <summary>Says that frames are missing.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public void Set()
    {
        if (path is not null && !IsSet)
        {
            OutputFile.WriteText(path, Text);
        }
    }

    /// <summary>Says that no frames are missing.</summary>
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
