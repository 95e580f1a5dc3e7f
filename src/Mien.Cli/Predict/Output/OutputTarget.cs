using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The output file. JSON Lines and CSV are written where they belong, line by line, so that a run that is cut off can
/// be gone on with; a JSON array or text is written beside it and takes its place when it is whole.
/// </summary>
internal sealed class OutputTarget : IDisposable
{
    private readonly PartFile? part;
    private bool isOver;

    private OutputTarget(PartFile? part, FileStream stream)
    {
        this.part = part;
        Writer = new StreamWriter(stream, OutputFile.Encoding, bufferSize: 16 * 1024);
    }

    /// <summary>Writes UTF-8 without a byte order mark.</summary>
    public StreamWriter Writer { get; }

    /// <summary>Checks a path before any work is done.</summary>
    /// <param name="path">The file.</param>
    /// <param name="images">What is read, and must not be overwritten.</param>
    /// <exception cref="UsageException">It cannot be the name of a file, or it is one of the images.</exception>
    public static void Check(string path, IEnumerable<string> images)
    {
        OutputPath.Check(path, "--output");
        string full = Path.GetFullPath(path);
        if (images.Any(i => i != ImageInput.StandardInput && i.Length > 0 && Path.GetFullPath(i) == full))
        {
            throw new UsageException($"--output: '{path}' is one of the images. Name another file.");
        }

        if (File.Exists(path) && (File.GetAttributes(path) & FileAttributes.ReadOnly) != 0)
        {
            throw new UsageException($"--output: '{path}' is read-only. Name another file, or make it writable.");
        }
    }

    /// <summary>Opens a file anew; makes its folder where that is missing, and says so.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static OutputTarget Create(string path, PredictionForm form, CommandConsole console)
    {
        string folder = Path.GetDirectoryName(PartFile.Target(path))!;
        bool isNew = !Directory.Exists(folder);
        OutputTarget target = form.IsLines()
            ? Open(path, () => new OutputTarget(null, InPlace(path, FileMode.Create)))
            : Open(path, () => Beside(path));
        if (isNew)
        {
            console.Error.WriteLine($"note: made the folder {folder}");
        }

        return target;
    }

    /// <summary>Opens a file to go on after what it holds.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public static OutputTarget Append(string path, long length) =>
        Open(
            path,
            () =>
            {
                FileStream stream = InPlace(path, FileMode.OpenOrCreate);
                try
                {
                    stream.SetLength(length);
                    stream.Position = length;
                    return new OutputTarget(null, stream);
                }
                catch
                {
                    stream.Dispose();
                    throw;
                }
            }
        );

    /// <summary>Ends the file; what was written takes its place.</summary>
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

        // What could not be written was told; the rest of it is lost in any case.
        try
        {
            Writer.Dispose();
        }
        catch (IOException) { }

        part?.Dispose();
    }

    private static FileStream InPlace(string path, FileMode mode) =>
        new(PartFile.Prepare(path), mode, FileAccess.Write, FileShare.Read);

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
