using System.Globalization;

namespace Mien.CommandLine;

/// <summary>
/// Shows the progress of some work: fraction, rate and remaining time. On a terminal it draws one live line with a bar,
/// otherwise it writes a plain line from time to time. Cheap enough to report every item. Thread-safe.
/// </summary>
internal sealed class WorkProgress : IDisposable
{
    // The rate is the average over this time, so that it follows changes of speed without jumping.
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly WorkProgressOptions options;
    private readonly string title;
    private readonly long start;
    private readonly Queue<(long Time, long Done)> samples = [];
    private readonly bool live;
    private long total;
    private long done;
    private string text = "";
    private long lastShown;
    private int lineWidth;
    private bool plainShown;
    private bool disposed;

    private WorkProgress(string title, long total, WorkProgressOptions options)
    {
        this.title = title;
        this.total = total;
        this.options = options;
        live = options.Console.ErrorIsTerminal;
        done = options.AlreadyDone;
        start = lastShown = options.Time.GetTimestamp();
        samples.Enqueue((start, done));
    }

    /// <summary>
    /// The total amount of work; 0 or less if unknown. May be changed during the work.
    /// </summary>
    public long Total
    {
        get
        {
            lock (gate)
            {
                return total;
            }
        }
        set
        {
            lock (gate)
            {
                total = value;
            }
        }
    }

    /// <summary>Starts showing progress. Dispose the result when the work ends, also after an exception.</summary>
    /// <param name="title">The name of the work, such as <c>Reading</c>.</param>
    /// <param name="total">The total amount of work; 0 or less if unknown.</param>
    /// <param name="options">Where and how progress is shown.</param>
    /// <returns>The object to report progress to.</returns>
    public static WorkProgress Start(string title, long total, WorkProgressOptions options)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(options);
        var progress = new WorkProgress(title, total, options);
        lock (progress.gate)
        {
            progress.Draw();
        }

        return progress;
    }

    /// <summary>Sets the amount of work done.</summary>
    /// <param name="done">The amount done, in the unit of <see cref="Total"/>.</param>
    /// <param name="text">
    /// Additional text, such as the loss or the current file; <c>null</c> keeps the last one.
    /// </param>
    public void Report(long done, string? text = null)
    {
        lock (gate)
        {
            this.done = done;
            this.text = text ?? this.text;
            Tick();
        }
    }

    /// <summary>Adds to the amount of work done, for work on several threads.</summary>
    /// <param name="more">The amount to add.</param>
    /// <param name="text">Additional text; <c>null</c> keeps the last one.</param>
    public void Add(long more, string? text = null)
    {
        lock (gate)
        {
            done += more;
            this.text = text ?? this.text;
            Tick();
        }
    }

    /// <summary>
    /// Writes a permanent line, such as a warning, to standard error; the live line moves below it.
    /// </summary>
    /// <param name="line">The line; written even if progress is not shown.</param>
    public void WriteLine(string line)
    {
        lock (gate)
        {
            Erase();
            options.Console.Error.WriteLine(line);
            Draw();
        }
    }

    /// <summary>Runs an action that writes to the terminal, with the live line removed meanwhile.</summary>
    /// <param name="write">The action; it must write whole lines.</param>
    public void Aside(Action write)
    {
        ArgumentNullException.ThrowIfNull(write);
        lock (gate)
        {
            Erase();
            write();
            Draw();
        }
    }

    /// <summary>
    /// Removes the live line. Without a terminal, writes a last line with the total if there were lines before.
    /// </summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
            Erase();
            if (plainShown)
            {
                TimeSpan elapsed = options.Time.GetElapsedTime(start);
                string what = options.ShowCounts || total <= 0 ? $"{Count(done)}{Unit}" : Percent();
                options.Console.Error.WriteLine(
                    $"{title}: {what} "
                        + $"in {DurationText.Of(elapsed)}{RateText(Rate(done - options.AlreadyDone, elapsed), ", ")}"
                );
            }
        }
    }

    private string Unit => options.Unit.Length == 0 || options.CountText is not null ? "" : " " + options.Unit;

    private void Tick()
    {
        if (disposed || options.Quiet)
        {
            return;
        }

        long now = options.Time.GetTimestamp();
        TimeSpan since = options.Time.GetElapsedTime(lastShown, now);
        if (since < (live ? options.LiveInterval : options.PlainInterval))
        {
            return;
        }

        lastShown = now;
        samples.Enqueue((now, done));
        while (samples.Count > 2 && options.Time.GetElapsedTime(samples.Peek().Time, now) > RateWindow)
        {
            samples.Dequeue();
        }

        if (live)
        {
            Draw();
        }
        else
        {
            plainShown = true;
            options.Console.Error.WriteLine(PlainLine());
        }
    }

    /// <summary>
    /// Draws the live line over the previous one. Spaces erase the rest of that one, which works without escape codes.
    /// </summary>
    private void Draw()
    {
        if (!live || options.Quiet || disposed)
        {
            return;
        }

        string line = TextWidth.Fit(
            TerminalText.Escape(LiveLine()),
            options.Console.Width - 1,
            options.Console.Unicode
        );
        int width = TextWidth.Of(line);
        options.Console.ErrorControl(
            "\r" + line + new string(' ', Math.Max(0, Math.Min(lineWidth, options.Console.Width - 1) - width))
        );
        lineWidth = width;
    }

    private void Erase()
    {
        if (lineWidth > 0)
        {
            options.Console.ErrorControl("\r" + new string(' ', Math.Min(lineWidth, options.Console.Width - 1)) + "\r");
            lineWidth = 0;
        }
    }

    private string LiveLine()
    {
        string rest = text.Length == 0 ? "" : "  " + text;
        if (total <= 0)
        {
            return $"{title}  {Count(done)}{Unit}{RateText(RecentRate(), "  ")} "
                + $" {DurationText.Of(options.Time.GetElapsedTime(start))}{rest}";
        }

        string bar = HorizontalBars.Bar((double)done / total, 20, options.Console.Unicode);
        (string open, string close) = options.Console.Unicode ? ("▕", "▏") : ("[", "]");
        string counts = options.ShowCounts ? $"  {Count(done)}/{Count(total)}{Unit}" : "";
        return $"{title} {open}{bar}{close} {Percent()}{counts}{RateText(RecentRate(), "  ")}{LeftText("  ")}{rest}";
    }

    private string PlainLine()
    {
        string head =
            total <= 0 ? $"{Count(done)}{Unit}"
            : options.ShowCounts ? $"{Percent()} ({Count(done)} of {Count(total)}{Unit})"
            : Percent();
        return $"{title}: {head}{RateText(RecentRate(), ", ")}{LeftText(", ")}{(text.Length == 0 ? "" : ", " + text)}";
    }

    private string Percent() =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp(100.0 * done / total, 0, 100), 3:0} %").TrimStart();

    private double RecentRate()
    {
        (long time, long before) = samples.Peek();
        return Rate(done - before, options.Time.GetElapsedTime(time));
    }

    private string LeftText(string separator)
    {
        double rate = RecentRate();
        return total > 0 && rate > 0 && done < total
            ? $"{separator}{DurationText.Of(TimeSpan.FromSeconds(Math.Min((total - done) / rate, 1e9)))} left"
            : "";
    }

    private static double Rate(long count, TimeSpan elapsed) =>
        elapsed.TotalSeconds < 0.05 ? 0 : count / elapsed.TotalSeconds;

    private string RateText(double rate, string separator) =>
        rate switch
        {
            _ when !options.ShowCounts => "",
            <= 0 => "",
            _ when options.RateText is { } text => separator + text(rate),
            < 10 => string.Create(CultureInfo.InvariantCulture, $"{separator}{rate:0.0}/s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{separator}{rate:N0}/s"),
        };

    private string Count(long count) =>
        options.CountText?.Invoke(count) ?? count.ToString("N0", CultureInfo.InvariantCulture);
}
