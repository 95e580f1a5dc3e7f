using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The output file. JSON Lines and CSV are written in place, line by line, so that an interrupted run can be resumed.
/// A JSON array or text is written to a temporary file, which replaces the output file when it is complete.
/// </summary>
internal sealed class OutputTarget : IDisposable
{
    private readonly PartFile? part;
    private readonly OutputStream stream;
    private bool isOver;

    private OutputTarget(PartFile? part, OutputStream stream)
    {
        this.part = part;
        this.stream = stream;
        Writer = new StreamWriter(stream, OutputFile.Encoding, bufferSize: 16 * 1024);
    }

    /// <summary>The writer; it writes UTF-8 without a byte order mark.</summary>
    public StreamWriter Writer { get; }

    /// <summary>Whether something could not be written: the disk is full, or gone.</summary>
    public bool IsBroken => stream.IsBroken;

    /// <summary>Checks a path before any work is done.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputs">The inputs, which must not be overwritten.</param>
    /// <param name="kind">What the inputs are.</param>
    /// <param name="option">The option with the path, for messages.</param>
    /// <exception cref="UsageException">The path is not a file name, is read-only, or is one of the inputs.</exception>
    public static void Check(string path, IEnumerable<string> inputs, InputKind kind, string option = "--output")
    {
        OutputPath.Check(path, option);
        string full = Path.GetFullPath(path);
        if (inputs.Any(i => i != InputItem.StandardInput && i.Length > 0 && Path.GetFullPath(i) == full))
        {
            throw new UsageException($"{option}: '{path}' is one of the {kind.Noun}s. Choose another file.");
        }

        if (File.Exists(path) && (File.GetAttributes(path) & FileAttributes.ReadOnly) != 0)
        {
            throw new UsageException($"{option}: '{path}' is read-only. Choose another file, or make it writable.");
        }
    }

    /// <summary>Creates or overwrites a file.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static OutputTarget Create(string path, PredictionForm form) =>
        form.IsLines()
            ? Open(
                path,
                () =>
                {
                    OutputStream stream = InPlace(path, FileMode.Create);
                    stream.MarkWhole();
                    return new OutputTarget(null, stream);
                }
            )
            : Open(path, () => Beside(path));

    /// <summary>Opens a file to append after its first <paramref name="length"/> bytes; removes the rest.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static OutputTarget Append(string path, long length) =>
        Open(
            path,
            () =>
            {
                OutputStream stream = InPlace(path, FileMode.OpenOrCreate);
                try
                {
                    stream.SetLength(length);
                    stream.Position = length;
                    stream.MarkWhole();
                    return new OutputTarget(null, stream);
                }
                catch
                {
                    stream.Dispose();
                    throw;
                }
            }
        );

    /// <summary>Marks the results so far as complete; they stay if the next one cannot be written.</summary>
    public void MarkWhole()
    {
        if (part is null)
        {
            stream.MarkWhole();
        }
    }

    /// <summary>Completes the file; a temporary file replaces the output file.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public void Commit()
    {
        Writer.Dispose();
        part?.Commit();
        isOver = true;
    }

    public void Dispose()
    {
        if (isOver)
        {
            return;
        }

        isOver = true;

        // A write error was already reported, and the rest of the output is lost anyway.
        try
        {
            Writer.Dispose();
        }
        catch (MienException) { }

        part?.Dispose();
    }

    private static OutputStream InPlace(string path, FileMode mode) =>
        OutputStream.Open(PartFile.Prepare(path), path, mode, FileShare.Read);

    private static OutputTarget Beside(string path)
    {
        var part = PartFile.For(path);
        return new OutputTarget(part, part.Open());
    }

    private static OutputTarget Open(string path, Func<OutputTarget> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (OutputFile.Error(path, e) is { } error)
        {
            throw error;
        }
    }
}
