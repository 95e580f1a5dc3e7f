using System.Text;

namespace Mien.Evaluation;

/// <summary>
/// Writes whole files: under another name first, so that an interrupted run leaves the former file as it was.
/// </summary>
internal static class OutputFile
{
    public static void WriteText(string path, Action<TextWriter> write) =>
        Replace(
            path,
            stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
                write(writer);
            }
        );

    public static void WriteText(string path, string text) => WriteText(path, writer => writer.Write(text));

    public static void WriteBytes(string path, byte[] bytes) => Replace(path, stream => stream.Write(bytes));

    private static void Replace(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string? temporary = null;
        try
        {
            string full = Path.GetFullPath(path);
            if (Directory.Exists(full))
            {
                throw new MienException(
                    "cannotWrite",
                    $"{path}: this is a folder, expected the name of a file to write."
                );
            }

            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            if (File.Exists(full) && (File.GetAttributes(full) & FileAttributes.ReadOnly) != 0)
            {
                throw new UnauthorizedAccessException("the file is read-only");
            }

            // A device such as /dev/stdout is written to, not replaced.
            if (full.StartsWith("/dev/", StringComparison.Ordinal))
            {
                using var device = new FileStream(full, FileMode.Open, FileAccess.Write);
                write(device);
                return;
            }

            temporary = $"{full}.{Guid.NewGuid():N}.tmp";
            using (FileStream stream = File.Create(temporary))
            {
                write(stream);
            }

            File.Move(temporary, full, overwrite: true);
            temporary = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new MienException("cannotWrite", $"{path}: the file cannot be written ({e.Message}).", e);
        }
        finally
        {
            if (temporary is not null)
            {
                File.Delete(temporary);
            }
        }
    }
}
