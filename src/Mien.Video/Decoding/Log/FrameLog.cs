using System.Buffers.Text;
using System.Text;

namespace Mien.Video;

/// <summary>
/// What <c>ffmpeg</c> writes to its error output while it decodes: two <c>showinfo</c> filters name every decoded
/// frame and every selected one, and decoders report errors. Read line by line by one thread, with bounded memory; the
/// other members are thread-safe.
/// </summary>
internal sealed class FrameLog
{
    /// <summary>The instance of <c>showinfo</c> that sees all frames.</summary>
    public const string All = "showinfo@all";

    /// <summary>The instance of <c>showinfo</c> that sees the selected frames.</summary>
    public const string Selected = "showinfo@sel";

    private readonly object gate = new(); // not a Lock: Take waits for a pulse
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FrameSelection selection;
    private readonly bool fromFirst;

    // Frames before select, which the ones behind it are among; ffmpeg runs both filters on a frame before the next.
    private readonly Queue<LoggedFrame> unmatched = new();
    private readonly Queue<LoggedFrame> ready = new();
    private readonly LogErrors errors = new();
    private (int Numerator, int Denominator) unit = (1, 1);
    private LoggedFrame? previous;
    private TimeSpan origin;
    private bool isRestarted;
    private bool isComplete;
    private bool isPastEnd;
    private bool isSignalled;
    private bool hasGap;
    private long nextAll;
    private long nextSelected;
    private long count;
    private long timeless;

    /// <summary>Creates a log.</summary>
    /// <param name="selection">The selection that ffmpeg was given.</param>
    /// <param name="fromFirst">Whether times are counted from the first frame.</param>
    /// <param name="frameDuration">The usual duration of a frame, for frames without a time.</param>
    public FrameLog(FrameSelection selection, bool fromFirst, TimeSpan frameDuration)
    {
        this.selection = selection;
        this.fromFirst = fromFirst;
        FrameDuration = frameDuration;
    }

    /// <summary>The usual duration of a frame.</summary>
    public TimeSpan FrameDuration { get; }

    /// <summary>Completes with the first decoded frame, or at the end.</summary>
    public Task First => first.Task;

    /// <summary>The first decoded frame; <see langword="null"/> before it.</summary>
    public LoggedFrame? FirstFrame { get; private set; }

    /// <summary>The time base of the first decoded frame: seconds per unit, as numerator and denominator.</summary>
    public (int Numerator, int Denominator) TimeBase { get; private set; } = (1, 1);

    /// <summary>The last decoded frame before the end of the selection.</summary>
    public LoggedFrame? LastFrame
    {
        get
        {
            lock (gate)
            {
                return previous;
            }
        }
    }

    /// <summary>How many frames were decoded.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>How many frames had no time.</summary>
    public long Timeless => Interlocked.Read(ref timeless);

    /// <summary>Whether a frame at or after the end of the selection was seen.</summary>
    public bool IsPastEnd => Volatile.Read(ref isPastEnd);

    /// <summary>Whether ffmpeg says that it ends because of a signal, such as that of Ctrl-C.</summary>
    public bool IsSignalled => Volatile.Read(ref isSignalled);

    /// <summary>
    /// Whether a line is missing, which would give frames the times of others. The numbers of a filter tell; lines are
    /// lost if another thread of ffmpeg writes between the parts of one.
    /// </summary>
    public bool HasGap => Volatile.Read(ref hasGap);

    /// <summary>The errors so far.</summary>
    public LogErrors Errors => errors;

    /// <summary>Takes the next selected frame; waits for it.</summary>
    /// <returns><see langword="null"/> at the end.</returns>
    public LoggedFrame? Take()
    {
        lock (gate)
        {
            while (ready.Count == 0 && !isComplete)
            {
                Monitor.Wait(gate);
            }

            return ready.TryDequeue(out LoggedFrame frame) ? frame : null;
        }
    }

    /// <summary>Says that there are no more lines.</summary>
    public void Complete()
    {
        lock (gate)
        {
            isComplete = true;
            Monitor.PulseAll(gate);
        }

        first.TrySetResult();
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its end; long ones may be cut.</param>
    public void Add(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("[showinfo@all @ "u8))
        {
            ReadOnlySpan<byte> text = AfterPrefix(line);
            if (text.StartsWith("n:"u8))
            {
                if (IsNext(text, ref nextAll))
                {
                    AddDecoded(text);
                }
            }
            else if (text.StartsWith("config in time_base:"u8))
            {
                nextAll = 0;
                Configure(text["config in time_base:"u8.Length..].TrimStart((byte)' '));
            }
        }
        else if (line.StartsWith("[showinfo@sel @ "u8))
        {
            ReadOnlySpan<byte> text = AfterPrefix(line);
            if (text.StartsWith("n:"u8))
            {
                if (IsNext(text, ref nextSelected))
                {
                    AddSelected(Pts(text));
                }
            }
            else if (text.StartsWith("config in time_base:"u8))
            {
                nextSelected = 0;
            }
        }
        else if (line.IndexOf("xiting normally, received signal"u8) >= 0)
        {
            Volatile.Write(ref isSignalled, true);
        }
        else if (!isPastEnd)
        {
            errors.Add(line, Count > 0);
        }
    }

    /// <summary>Whether a line has the number that follows that of the line before; otherwise reading ends.</summary>
    private bool IsNext(ReadOnlySpan<byte> text, ref long next)
    {
        if (Utf8Parser.TryParse(text["n:"u8.Length..].TrimStart((byte)' '), out long number, out _) && number == next)
        {
            next++;
            return true;
        }

        Volatile.Write(ref hasGap, true);
        Complete();
        return false;
    }

    private void Configure(ReadOnlySpan<byte> text)
    {
        if (
            Utf8Parser.TryParse(text, out int numerator, out int length)
            && length < text.Length
            && Utf8Parser.TryParse(text[(length + 1)..], out int denominator, out _)
            && denominator > 0
        )
        {
            unit = (numerator, denominator);
            isRestarted = true;
        }
    }

    private void AddDecoded(ReadOnlySpan<byte> text)
    {
        long? pts = Pts(text);
        TimeSpan time =
            pts is { } known ? FrameTime.Of(known, unit) - origin
            : previous is { } before ? before.Time + FrameDuration
            : TimeSpan.Zero;
        if (pts is null)
        {
            Interlocked.Increment(ref timeless);
        }

        if (count == 0 && fromFirst)
        {
            origin = time;
            time = TimeSpan.Zero;
        }

        (int width, int height) = Size(text);
        bool isRepeated = isRestarted && previous is { } last && selection.IsSameCell(last.Time, time);
        isRestarted = false;
        if (isPastEnd)
        {
            return;
        }

        var frame = new LoggedFrame(count, pts, time, width, height, HasAlpha(text), isRepeated);
        if (selection.IsPastEnd(time))
        {
            Volatile.Write(ref isPastEnd, true);
            if (count == 0)
            {
                (FirstFrame, TimeBase) = (frame, unit);
            }

            Complete();
            return;
        }

        lock (gate)
        {
            previous = frame;
            unmatched.Enqueue(frame);
        }

        if (Interlocked.Increment(ref count) == 1)
        {
            (FirstFrame, TimeBase) = (frame, unit);
            first.TrySetResult();
        }
    }

    private void AddSelected(long? pts)
    {
        lock (gate)
        {
            while (unmatched.TryDequeue(out LoggedFrame frame))
            {
                if (frame.Pts == pts)
                {
                    ready.Enqueue(frame);
                    Monitor.PulseAll(gate);
                    return;
                }
            }
        }
    }

    /// <summary>The text after <c>[showinfo@all @ 0x…] [info] </c>.</summary>
    private static ReadOnlySpan<byte> AfterPrefix(ReadOnlySpan<byte> line)
    {
        while (line.Length > 0 && line[0] == '[' && line.IndexOf("] "u8) is > 0 and int end)
        {
            line = line[(end + 2)..];
        }

        return line;
    }

    private static long? Pts(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> value = Value(text, " pts:"u8);
        return Utf8Parser.TryParse(value, out long pts, out _) ? pts : null;
    }

    private static (int Width, int Height) Size(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> value = Value(text, " s:"u8);
        return
            Utf8Parser.TryParse(value, out int width, out int length)
            && length < value.Length
            && Utf8Parser.TryParse(value[(length + 1)..], out int height, out _)
            ? (width, height)
            : (0, 0);
    }

    private static bool HasAlpha(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> value = Value(text, " fmt:"u8);
        int end = value.IndexOf((byte)' ');
        return PixelFormats.HasAlpha(Encoding.ASCII.GetString(end < 0 ? value : value[..end]));
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        int at = text.IndexOf(key);
        return at < 0 ? [] : text[(at + key.Length)..].TrimStart((byte)' ');
    }
}
