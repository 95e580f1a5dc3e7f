using System.Globalization;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli;

/// <summary>The progress of one video: the time of the last frame, × real time, and the time left.</summary>
internal sealed class VideoProgress : IDisposable
{
    private readonly WorkProgress progress;
    private readonly TimeSpan start;
    private long frames;

    /// <summary>Starts showing progress.</summary>
    /// <param name="console">The console.</param>
    /// <param name="title">The name of the video.</param>
    /// <param name="info">What the video says of itself.</param>
    /// <param name="options">The part that is analysed.</param>
    /// <param name="done">The time of the last frame of an earlier run.</param>
    /// <param name="quiet">Whether to show nothing.</param>
    public VideoProgress(
        CommandConsole console,
        string title,
        VideoInfo info,
        VideoOptions options,
        TimeSpan? done,
        bool quiet
    )
    {
        start = options.Start ?? info.Start;
        TimeSpan? end = EndOf(info, options);
        string times = console.Unicode ? "×" : "x";
        progress = WorkProgress.Start(
            title,
            end is { } known ? Milliseconds(known - start) : 0,
            new WorkProgressOptions
            {
                Console = console,
                Quiet = quiet,
                AlreadyDone = done is { } before ? Milliseconds(before - start) : 0,
                CountText = ms => DurationText.Of(TimeSpan.FromMilliseconds(ms)),
                RateText = rate => string.Create(CultureInfo.InvariantCulture, $"{rate / 1000:0.0} {times} real time"),
            }
        );
    }

    /// <summary>The time at which the analysed part ends; <c>null</c> if unknown.</summary>
    public static TimeSpan? EndOf(VideoInfo info, VideoOptions options)
    {
        TimeSpan? end = info.Start + info.Duration;
        return options.End is { } wanted && !(end < wanted) ? wanted : end;
    }

    /// <summary>Shows that a frame is done.</summary>
    public void Report(FrameResult frame) =>
        Report(
            frame.Time,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{++frames:N0} {(frames == 1 ? "frame" : "frames")}, "
                    + $"{frame.Faces.Count} {(frame.Faces.Count == 1 ? "face" : "faces")}"
            )
        );

    /// <summary>Shows that the frames up to a time are done.</summary>
    /// <param name="time">The time.</param>
    /// <param name="text">What was done.</param>
    public void Report(TimeSpan time, string text) => progress.Report(Milliseconds(time - start), text);

    /// <summary>Runs an action that writes whole lines to the terminal.</summary>
    public void Aside(Action write) => progress.Aside(write);

    public void Dispose() => progress.Dispose();

    private static long Milliseconds(TimeSpan time) => Math.Max(0, (long)time.TotalMilliseconds);
}
