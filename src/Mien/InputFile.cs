using System.Globalization;

namespace Mien;

/// <summary>Reads whole input files and streams, with errors that say what to do. Thread-safe.</summary>
internal static class InputFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it should be, for messages, such as <c>image</c>.</param>
    /// <param name="maxBytes">The largest size that is read.</param>
    /// <exception cref="MienException">The file is missing, empty, a folder, too large or cannot be read.</exception>
    public static byte[] Read(string path, string kind, long maxBytes)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
        {
            throw new MienException("isDirectory", $"{path}: is a folder, expected {Article(kind)} {kind} file. Name a file in it.");
        }

        try
        {
            // Not File.ReadAllBytes: a device or a pipe has no length and may never end.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return Read(stream, path, kind, maxBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MienException("fileNotFound", $"{path}: there is no such file, expected {Article(kind)} {kind} file. Check the path.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new MienException("noPermission", $"{path}: no permission to read the {kind} file. Check who may read it.", e);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw new MienException("badPath", $"'{path}' is not a path of a file ({e.Message}). Check the path.", e);
        }
        catch (IOException e)
        {
            throw new MienException("unreadableFile", $"{path}: the {kind} file cannot be read ({e.Message}). Check the disk, or copy the file and try again.", e);
        }
    }

    /// <summary>Reads a stream from its position to its end; leaves it open.</summary>
    /// <param name="stream">A readable stream; need not be seekable.</param>
    /// <param name="name">Where it comes from, for messages.</param>
    /// <param name="kind">What it should be, for messages.</param>
    /// <param name="maxBytes">The largest size that is read.</param>
    /// <exception cref="MienException">There is nothing in it, or too much.</exception>
    public static byte[] Read(Stream stream, string name, string kind, long maxBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        long known = stream.CanSeek ? stream.Length - stream.Position : 0;
        CheckSize(known, name, kind, maxBytes);

        // One byte more than is known to be there: the read that finds the end then needs no larger buffer.
        byte[] buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(known > 0 ? known + 1 : 81920, Array.MaxLength));
        int count = 0;
        while (true)
        {
            if (count == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, Array.MaxLength));
            }

            int read = stream.Read(buffer, count, buffer.Length - count);
            if (read == 0)
            {
                break;
            }

            count += read;
            CheckSize(count, name, kind, maxBytes);
        }

        if (count == 0)
        {
            throw new MienException("emptyFile", $"{name}: is empty (0 bytes), expected {Article(kind)} {kind}. Copy or download it again.");
        }

        Array.Resize(ref buffer, count);
        return buffer;
    }

    private static void CheckSize(long bytes, string name, string kind, long maxBytes)
    {
        // An array cannot be longer, whatever the caller allows.
        long limit = Math.Min(maxBytes, Array.MaxLength - 1);
        if (bytes > limit)
        {
            throw new MienException("tooLarge", string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: holds {bytes / 1048576.0:0.#} MiB or more, at most {limit / 1048576.0:0.#} MiB are read as {Article(kind)} {kind}. Make it smaller, or raise the limit."));
        }
    }

    private static string Article(string kind) => "aeiou".Contains(kind[0], StringComparison.OrdinalIgnoreCase) ? "an" : "a";
}
