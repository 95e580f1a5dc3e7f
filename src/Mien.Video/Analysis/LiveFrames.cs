namespace Mien.Video;

/// <summary>The frames in work. Disposing it disposes those that are left. Thread-safe.</summary>
internal sealed class LiveFrames : IDisposable
{
    private readonly HashSet<VideoFrame> frames = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes ownership of a frame.</summary>
    public void Add(VideoFrame frame)
    {
        lock (frames)
        {
            frames.Add(frame);
        }
    }

    /// <summary>Disposes a frame.</summary>
    public void Free(VideoFrame frame)
    {
        lock (frames)
        {
            frames.Remove(frame);
        }

        frame.Dispose();
    }

    /// <summary>Disposes all frames. None may be in use.</summary>
    public void Dispose()
    {
        lock (frames)
        {
            foreach (VideoFrame frame in frames)
            {
                frame.Dispose();
            }

            frames.Clear();
        }
    }
}
