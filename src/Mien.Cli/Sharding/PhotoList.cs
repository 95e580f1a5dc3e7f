using System.Text;
using Microsoft.Win32.SafeHandles;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The photos that a text file names, one path per line. The file can be of any size: it is read as the work proceeds.
/// Every enumeration reads it anew, so a list on standard input or in a pipe is copied to a temporary file first.
/// Thread-safe, except for <see cref="Dispose"/>.
/// </summary>
internal sealed class PhotoList : IDisposable
{
    /// <summary>Begins an argument that is a list of photos.</summary>
    public const char Prefix = '@';

    /// <summary>The maximum length of a line in bytes.</summary>
    public const int MaxLine = 32 * 1024;

    private static readonly UTF8Encoding Strict = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private readonly string name;
    private readonly string root;
    private readonly string fullRoot;
    private readonly FileStream? copy;
    private readonly SafeFileHandle file;

    /// <summary>Opens a list.</summary>
    /// <param name="argument">The argument: <c>@</c> and the path of the list, or <c>@-</c>.</param>
    /// <param name="root">The folder that the paths are relative to; <c>null</c> for the folder of the list.</param>
    /// <exception cref="UsageException">The list is missing, unreadable, not UTF-8 text, or names no photo.</exception>
    public PhotoList(string argument, string? root)
    {
        name = argument[1..];
        File = name == InputFileName ? null : name;
        this.root = root ?? (File is null ? "" : Path.GetDirectoryName(name) ?? "");
        fullRoot = Path.TrimEndingDirectorySeparator(Path.GetFullPath(this.root.Length == 0 ? "." : this.root));
        try
        {
            if (IsStream(argument))
            {
                copy = Copy();
                file = copy.SafeFileHandle;
            }
            else
            {
                file = System.IO.File.OpenHandle(
                    name,
                    options: FileOptions.SequentialScan,
                    share: FileShare.ReadWrite | FileShare.Delete
                );
            }

            CheckText();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Dispose();
            throw new UsageException($"{argument}: the list of photos cannot be read ({e.Message}).", e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The path of the list; <c>null</c> for standard input.</summary>
    public string? File { get; }

    /// <summary>The full path of the folder that the paths are relative to.</summary>
    public string Root => fullRoot;

    private const string InputFileName = InputItem.StandardInput;

    /// <summary>
    /// Whether an argument is a list. A photo or folder whose name begins with @ is one, because a shell gives such
    /// names for <c>*</c>.
    /// </summary>
    public static bool Is(string argument) => argument.StartsWith(Prefix) && !Path.Exists(argument);

    /// <summary>
    /// Enumerates the photos in the order of the list. A line that is no path, and a special file such as a named pipe,
    /// is returned as a failed image; a missing photo fails when it is read.
    /// </summary>
    /// <param name="shard">Selects the photos; <c>null</c> for all.</param>
    public IEnumerable<InputItem> Enumerate(Shard? shard)
    {
        byte[] buffer = new byte[2 * MaxLine];
        long offset = 0;
        long line = 1;
        int start = 0;
        int end = 0;
        bool isTooLong = false;
        bool isOver = false;
        while (!isOver || start < end)
        {
            int length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length < 0 && !isOver)
            {
                if (end - start > MaxLine)
                {
                    // Keep the beginning of the line for the message, and drop the rest.
                    isTooLong = true;
                    end = start + MaxLine;
                }

                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
                int read = RandomAccess.Read(file, buffer.AsSpan(end), offset);
                offset += read;
                end += read;
                isOver = read == 0;
                continue;
            }

            length = length < 0 ? end - start : length;
            if (Entry(buffer.AsSpan(start, length), line, isTooLong || length > MaxLine) is { } input)
            {
                if (shard is not { } part || part.Has(input.Relative))
                {
                    yield return input with
                    {
                        Error = input.Error ?? Special(input.Path),
                    };
                }
            }

            start = Math.Min(end, start + length + 1);
            isTooLong = false;
            line++;
        }
    }

    public void Dispose()
    {
        file?.Dispose();
        copy?.Dispose();
    }

    private static MienException? Special(string path) =>
        SpecialFile.IsOpenFile(path) ? null : SpecialFile.Error(path, "image");

    /// <summary>Whether the list can be read only once.</summary>
    private bool IsStream(string argument)
    {
        if (File is null)
        {
            return System.Console.IsInputRedirected
                ? true
                : throw new UsageException(
                    "'@-' reads a list of photos from standard input, which is a terminal here. Pipe one in: "
                        + "find photos -name '*.jpg' | mien predict @-"
                );
        }

        if (name.Length == 0)
        {
            throw new UsageException("'@' is followed by no path, expected @FILE, a list of photos.");
        }

        if (Directory.Exists(name))
        {
            throw new UsageException(
                $"{argument}: this is a folder, expected a list of photos. Give the folder without @."
            );
        }

        bool isStream = SpecialFile.KindOf(name) is not null;
        return isStream || System.IO.File.Exists(name)
            ? isStream
            : throw new UsageException($"{argument}: there is no list of photos '{name}'. Check the path.");
    }

    /// <summary>Copies the list to a temporary file that only this user can read and no other user sees.</summary>
    private FileStream Copy()
    {
        using Stream from = File is null ? System.Console.OpenStandardInput() : System.IO.File.OpenRead(name);
        var to = new FileStream(
            Path.GetTempFileName(),
            FileMode.Open,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 64 * 1024,
            FileOptions.DeleteOnClose
        );
        try
        {
            from.CopyTo(to);
            to.Flush();
            return to;
        }
        catch
        {
            to.Dispose();
            throw;
        }
    }

    /// <summary>Refuses what is not UTF-8 text, before thousands of lines fail one by one.</summary>
    private void CheckText()
    {
        string shown = File ?? "standard input";
        byte[] first = new byte[4096];
        int length = RandomAccess.Read(file, first, 0);
        ReadOnlySpan<byte> text = first.AsSpan(0, length);
        if (text.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || text.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            throw new UsageException($"{shown}: the list is UTF-16, expected UTF-8. Save it as UTF-8.");
        }

        if (text.Contains((byte)0))
        {
            throw new UsageException(
                $"{shown}: this is not text, expected a list of photos: UTF-8, one path per line."
                    + (ImageNames.IsImage(shown) ? " Give an image without @." : "")
            );
        }

        if (!Enumerate(null).Any())
        {
            throw new UsageException($"{shown}: the list names no photo, expected one path per line.");
        }
    }

    /// <summary>Reads a line; <c>null</c> if it is blank.</summary>
    private InputItem? Entry(ReadOnlySpan<byte> text, long line, bool isTooLong)
    {
        if (line == 1 && text.StartsWith(Encoding.UTF8.Preamble))
        {
            text = text[Encoding.UTF8.Preamble.Length..];
        }

        if (text.EndsWith((byte)'\r'))
        {
            text = text[..^1];
        }

        if (isTooLong)
        {
            return Bad(text[..256], line, $"is longer than {MaxLine} bytes");
        }

        string entry;
        try
        {
            entry = Strict.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            return Bad(text, line, "is not UTF-8");
        }

        return string.IsNullOrWhiteSpace(entry) ? null
            : entry.Contains('\0', StringComparison.Ordinal) ? Bad(text, line, "contains a zero byte")
            : Of(entry);
    }

    /// <summary>The photo of an entry, with its path below the root, or the entry itself if it is outside.</summary>
    private InputItem Of(string entry)
    {
        string path = Path.IsPathRooted(entry) ? entry : Path.Join(root, entry);

        // A file of this name is not standard input.
        return new InputItem(path == InputItem.StandardInput ? "./-" : path, Relative(entry));
    }

    private string Relative(string entry)
    {
        if (IsPlain(entry))
        {
            return entry;
        }

        string full = Path.GetFullPath(entry, fullRoot);
        string inside = Path.EndsInDirectorySeparator(fullRoot) ? fullRoot : fullRoot + Path.DirectorySeparatorChar;
        return
            full.Length > inside.Length
            && full.StartsWith(
                inside,
                OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase
            )
            ? full[inside.Length..].Replace(Path.DirectorySeparatorChar, '/')
            : entry;
    }

    /// <summary>Whether an entry is its own path below the root; a quick test, because lists are long.</summary>
    private static bool IsPlain(string entry) =>
        Path.DirectorySeparatorChar == '/'
        && entry[0] != '/'
        && entry[^1] is not ('/' or '.')
        && !entry.Contains("//", StringComparison.Ordinal)
        && !entry.Contains("./", StringComparison.Ordinal);

    private InputItem Bad(ReadOnlySpan<byte> text, long line, string what)
    {
        string entry = Encoding.UTF8.GetString(text);
        return new InputItem(entry, entry)
        {
            Error = new MienException(
                ErrorKind.BadUsage,
                "badPath",
                FormattableString.Invariant(
                    $"{File ?? "standard input"}: line {line} {what}, expected the path of a photo in UTF-8."
                )
            ),
        };
    }
}
