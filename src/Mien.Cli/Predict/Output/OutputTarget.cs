using System.Text;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The output file. JSON Lines and CSV are written where they belong, line by line, so that a run that is cut off can
/// be gone on with; a JSON array or text is written beside it and takes its place when it is whole.
/// </summary>
internal sealed class OutputTarget : IDisposable
{
    private readonly string? temporary;
    private readonly string path;
    private bool committed;

    private OutputTarget(string path, string? temporary, FileStream stream)
    {
        this.path = path;
        this.temporary = temporary;
        Writer = new StreamWriter(
            stream,
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            bufferSize: 16 * 1024
        );
    }

    /// <summary>Writes UTF-8 without a byte order mark.</summary>
    public StreamWriter Writer { get; }

    /// <summary>Checks a path before any work is done.</summary>
    /// <param name="path">The file.</param>
    /// <param name="images">What is read, and must not be overwritten.</param>
    /// <exception cref="UsageException">It cannot be the name of a file, or it is one of the images.</exception>
    public static void Check(string path, IEnumerable<string> images)
    {
        CommonOptions.CheckOutput(path, "--output");
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
    public static OutputTarget Create(string path, PredictionForm form, CommandConsole console)
    {
        string full = Target(path);
        string folder = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            console.Error.WriteLine($"note: made the folder {folder}");
        }

        // A device such as /dev/stdout is written to, not replaced.
        bool direct =
            form.IsLines()
            || full.StartsWith("/dev/", StringComparison.Ordinal)
            || full.StartsWith("/proc/", StringComparison.Ordinal);
        string? temporary = direct ? null : full + ".part";
        return new OutputTarget(
            full,
            temporary,
            new FileStream(temporary ?? full, FileMode.Create, FileAccess.Write, FileShare.Read)
        );
    }

    /// <summary>Opens a file to go on after what it holds.</summary>
    public static OutputTarget Append(string path, long length)
    {
        string full = Target(path);
        var stream = new FileStream(full, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        try
        {
            stream.SetLength(length);
            stream.Position = length;
            return new OutputTarget(full, null, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Ends the file; what was written takes its place.</summary>
    public void Commit()
    {
        Writer.Dispose();
        if (temporary is not null)
        {
            File.Move(temporary, path, overwrite: true);
        }

        committed = true;
    }

    public void Dispose()
    {
        if (committed)
        {
            return;
        }

        // What could not be written was told; the rest of it is lost in any case.
        try
        {
            Writer.Dispose();
        }
        catch (IOException) { }
    }

    /// <summary>Behind a link the file is replaced, and not the link.</summary>
    private static string Target(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is not null && !file.FullName.StartsWith("/dev/", StringComparison.Ordinal)
            ? file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file.FullName
            : file.FullName;
    }
}
