namespace Mien.Video;

/// <summary>
/// What ffmpeg writes to its error output while it encodes: the last errors, and whether the file could not be written.
/// ffmpeg ends with exit code 0 after some of these errors. Thread-safe.
/// </summary>
internal sealed class FilmLog
{
    /// <summary>How many errors are kept for the message.</summary>
    private const int MaxErrors = 3;

    private const int MaxLine = 500;

    private static readonly string[] DiskFull = ["No space left on device", "Disk quota exceeded"];

    private static readonly string[] NotWritten =
    [
        "Error writing trailer",
        "Error closing file",
        "av_interleaved_write_frame()",
        "Error submitting a packet to the muxer",
        "Error muxing a packet",
        "Unable to re-open",
        "File too large",
        "Read-only file system",
    ];

    private readonly Lock gate = new();
    private readonly Queue<string> errors = new();
    private string? notWritten;
    private bool isDiskFull;
    private bool isSignalled;

    /// <summary>The last errors, separated by semicolons; <see langword="null"/> if there are none.</summary>
    public string? Errors
    {
        get
        {
            lock (gate)
            {
                return errors.Count > 0 ? string.Join("; ", errors) : null;
            }
        }
    }

    /// <summary>The first error of writing the file; <see langword="null"/> if there is none.</summary>
    public string? NotWrittenError
    {
        get
        {
            lock (gate)
            {
                return notWritten;
            }
        }
    }

    /// <summary>Whether an error says that the disk is full.</summary>
    public bool IsDiskFull => Volatile.Read(ref isDiskFull);

    /// <summary>Whether ffmpeg says that it ends because of a signal, such as that of Ctrl-C.</summary>
    public bool IsSignalled => Volatile.Read(ref isSignalled);

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line with its level, such as <c>[libx264 @ 0x1] [error] text</c>.</param>
    public void Add(string line)
    {
        if (line.Contains("xiting normally, received signal", StringComparison.Ordinal))
        {
            Volatile.Write(ref isSignalled, true);
        }

        if (TextOfError(line) is not { Length: > 0 } text)
        {
            return;
        }

        lock (gate)
        {
            bool isFull = DiskFull.Any(d => text.Contains(d, StringComparison.Ordinal));
            isDiskFull |= isFull;
            if (isFull || NotWritten.Any(n => text.Contains(n, StringComparison.Ordinal)))
            {
                notWritten ??= text;
            }

            if (errors.Count == MaxErrors)
            {
                errors.Dequeue();
            }

            errors.Enqueue(text);
        }
    }

    /// <summary>The text of an error; <see langword="null"/> for other lines.</summary>
    private static string? TextOfError(string line)
    {
        foreach (string level in (string[])["[error] ", "[fatal] ", "[panic] "])
        {
            int at = line.IndexOf(level, StringComparison.Ordinal);
            if (at >= 0)
            {
                string text = line[(at + level.Length)..].Trim().TrimEnd('-').TrimEnd();
                return text.Length > MaxLine ? text[..MaxLine] : text;
            }
        }

        return null;
    }
}
