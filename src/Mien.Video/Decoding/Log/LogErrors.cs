using System.Text;

namespace Mien.Video;

/// <summary>Counts the errors in the log of <c>ffmpeg</c> and keeps the first messages. Thread-safe.</summary>
internal sealed class LogErrors
{
    private readonly Lock gate = new();
    private long early;
    private long late;
    private string? firstEarly;
    private string? firstLate;
    private string? last;

    /// <summary>Errors before the first frame.</summary>
    public (long Count, string? First) Early
    {
        get
        {
            lock (gate)
            {
                return (early, firstEarly);
            }
        }
    }

    /// <summary>Errors after the first frame.</summary>
    public (long Count, string? First) Late
    {
        get
        {
            lock (gate)
            {
                return (late, firstLate);
            }
        }
    }

    /// <summary>Whether the demuxer says that the input ends too early.</summary>
    public bool EndsEarly { get; private set; }

    /// <summary>The last error.</summary>
    public string? Last
    {
        get
        {
            lock (gate)
            {
                return last;
            }
        }
    }

    /// <summary>Counts a line if it is an error.</summary>
    /// <param name="line">A line of the log, with its level.</param>
    /// <param name="isLate">Whether a frame was decoded before it.</param>
    public void Add(ReadOnlySpan<byte> line, bool isLate)
    {
        if (!IsError(line, out ReadOnlySpan<byte> text) || IsOfOutput(text))
        {
            return;
        }

        string message = Encoding.UTF8.GetString(text).Trim();
        lock (gate)
        {
            last = message;
            EndsEarly |=
                message.Contains("ended prematurely", StringComparison.Ordinal)
                || message.Contains("partial file", StringComparison.Ordinal);
            if (isLate)
            {
                late++;
                firstLate ??= message;
            }
            else
            {
                early++;
                firstEarly ??= message;
            }
        }
    }

    /// <summary>
    /// Whether an error concerns only the times of the output, which nobody reads: the raw frames have none. Frames
    /// that are closer together than the rate of the video says have the same time there.
    /// </summary>
    private static bool IsOfOutput(ReadOnlySpan<byte> text) =>
        text.IndexOf("non monotonically increasing dts to muxer"u8) >= 0 || text.IndexOf("Non-monotonic DTS"u8) >= 0;

    /// <summary>
    /// Whether a line is an error: <c>[h264 @ 0x…] [error] text</c>; or a warning of a corrupt packet or frame.
    /// </summary>
    private static bool IsError(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> text)
    {
        text = line;
        while (text.Length > 0 && text[0] == '[' && text.IndexOf((byte)']') is > 0 and int end)
        {
            ReadOnlySpan<byte> group = text[1..end];
            text = text[(end + 1)..].TrimStart((byte)' ');
            if (group.SequenceEqual("error"u8) || group.SequenceEqual("fatal"u8) || group.SequenceEqual("panic"u8))
            {
                return true;
            }

            if (group.SequenceEqual("warning"u8))
            {
                return text.IndexOf("corrupt"u8) >= 0;
            }

            if (group.SequenceEqual("info"u8))
            {
                return false;
            }
        }

        return false;
    }
}
