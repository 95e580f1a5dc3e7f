namespace Mien.Server;

/// <summary>
/// Gives frames the media times that the client announces. It sees all received frames, so that a seek takes effect
/// even if its frame is replaced by a newer one or cannot be read. Not thread-safe.
/// </summary>
internal sealed class MediaClock
{
    private FrameTimeMessage? announced;
    private TimeSpan last = TimeSpan.MaxValue; // so that the first time begins the first sequence
    private int sequence;

    /// <summary>Whether a frame has had a media time.</summary>
    public bool IsUsed => sequence > 0;

    /// <summary>
    /// Takes a message about the next frame. Of several the last time counts, and a seek in any of them.
    /// </summary>
    public void Announce(FrameTimeMessage message) =>
        announced = message with { IsSeek = message.IsSeek || announced is { IsSeek: true } };

    /// <summary>Gets the media time of the next frame; <see langword="null"/> if none was announced.</summary>
    public MediaTime? Next()
    {
        if (announced is not { } message)
        {
            return null;
        }

        announced = null;
        var time = TimeSpan.FromTicks((long)Math.Round(message.Seconds * TimeSpan.TicksPerSecond));
        if (message.IsSeek || time < last)
        {
            sequence++;
        }

        last = time;
        return new MediaTime(message.Seconds, time, sequence);
    }
}
