using System.Globalization;
using System.Runtime.CompilerServices;

namespace Mien.Video;

/// <summary>The error of a video that could not be read completely.</summary>
internal static class IncompleteVideo
{
    /// <summary>Checks how the reading of a video ended.</summary>
    /// <param name="end">The end; <see langword="null"/> if unknown.</param>
    /// <param name="name">The name of the video.</param>
    /// <exception cref="MienException"><c>truncatedVideo</c> or <c>damagedVideo</c>.</exception>
    public static void Check(VideoEnd? end, string name)
    {
        if (end is null or { Status: VideoEndStatus.Complete })
        {
            return;
        }

        bool isTruncated = end.Status == VideoEndStatus.Truncated;
        throw new MienException(
            ErrorKind.BadInput,
            isTruncated ? "truncatedVideo" : "damagedVideo",
            end.Message is { } message ? Named(message, name)
                : isTruncated ? $"{name}: the video ends {At(end.LastTime)} instead of {At(end.ExpectedEnd)}."
                : $"{name}: a part of the video could not be decoded; the last frame is {At(end.LastTime)}."
        );
    }

    /// <summary>
    /// Passes the frames of a video on, up to one whose time goes back, as where streams were joined.
    /// </summary>
    /// <param name="frames">The frames.</param>
    /// <param name="name">The name of the video.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="MienException"><c>damagedVideo</c>: a time goes back.</exception>
    public static async IAsyncEnumerable<VideoFrame> InOrder(
        IAsyncEnumerable<VideoFrame> frames,
        string name,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        TimeSpan last = TimeSpan.MinValue;
        await foreach (VideoFrame frame in frames.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (frame.Time < last)
            {
                long number = frame.Number;
                TimeSpan time = frame.Time;
                frame.Dispose();
                throw new MienException(
                    ErrorKind.BadInput,
                    "damagedVideo",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name}: the times go back from {last.TotalSeconds:0.###} s to {time.TotalSeconds:0.###} s at "
                            + $"frame {number}, as in joined streams. Split the file there."
                    )
                );
            }

            last = frame.Time;
            yield return frame;
        }
    }

    private static string Named(string message, string name) =>
        message.StartsWith(name, StringComparison.Ordinal) ? message : $"{name}: {message}";

    private static string At(TimeSpan? time) =>
        time is { } known
            ? string.Create(CultureInfo.InvariantCulture, $"at {known.TotalSeconds:0.###} s")
            : "at an unknown time";
}
