using System.Runtime.CompilerServices;

namespace Mien.Video.Tests;

/// <summary>Frames made from synthetic photos, as a caller of the library would decode them.</summary>
internal sealed class MadeFrames
{
    private static readonly Lazy<VideoRecognizer> SharedRecognizer = new(() =>
        VideoRecognizer.Create(new RecognizerOptions { Model = "tiny" })
    );

    private readonly List<VideoFrame> taken = [];

    /// <summary>A recognizer with the defaults, except that the network is small. Do not dispose it.</summary>
    public static VideoRecognizer Recognizer => SharedRecognizer.Value;

    /// <summary>The frames that were given out.</summary>
    public IReadOnlyList<VideoFrame> Taken
    {
        get
        {
            lock (taken)
            {
                return [.. taken];
            }
        }
    }

    /// <summary>The number of frames given out whose photos were not disposed.</summary>
    public int Alive => Taken.Count(f => !IsDisposed(f.Photo));

    /// <summary>Gives frames of a rate, which are made when they are asked for.</summary>
    /// <param name="count">The number of frames.</param>
    /// <param name="rate">Frames per second.</param>
    /// <param name="picture">Makes the picture of a frame; may throw.</param>
    /// <param name="start">The time of the first frame in seconds.</param>
    /// <param name="stop">Ends the waiting.</param>
    public async IAsyncEnumerable<VideoFrame> Of(
        int count,
        double rate,
        Func<int, GrayImage> picture,
        double start = 0,
        [EnumeratorCancellation] CancellationToken stop = default
    )
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
            stop.ThrowIfCancellationRequested();
            yield return Take(
                new VideoFrame(MadePhotos.Photo(picture(i)), i, TimeSpan.FromSeconds(start + (i / rate)))
            );
        }
    }

    /// <summary>Notes a frame as given out.</summary>
    public VideoFrame Take(VideoFrame frame)
    {
        lock (taken)
        {
            taken.Add(frame);
        }

        return frame;
    }

    /// <summary>A photo of 640×360 with a face that moves to the right, 4 pixels a frame.</summary>
    public static GrayImage Moving(int frame) =>
        MadePhotos.Canvas(640, 360, new MadeFace("happiness", 40 + (4 * frame), 100, 150));

    public static bool IsDisposed(Photo photo)
    {
        try
        {
            _ = photo.Rgba.Length;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
