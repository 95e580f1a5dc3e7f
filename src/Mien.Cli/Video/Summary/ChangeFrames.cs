using System.Globalization;
using Mien.Video;

namespace Mien.Cli;

/// <summary>
/// Writes pictures of the moments of change: the first frame of each track and each change of its smoothed label, if
/// the track or the label lasts. Each is the whole frame with all boxes and labels. Not thread-safe.
/// </summary>
/// <param name="folder">The folder; created if it is missing.</param>
/// <param name="warn">
/// Receives a sentence when the maximum is first reached; <see langword="null"/> for none.
/// </param>
/// <param name="maxPerMinute">The maximum number of pictures per minute of the video.</param>
/// <param name="check">Checks the path of a picture before it is written; <see langword="null"/> for none.</param>
internal sealed class ChangeFrames(
    string folder,
    Action<string>? warn = null,
    int maxPerMinute = ChangeFrames.DefaultPerMinute,
    Action<string>? check = null
)
{
    /// <summary>The default of the maximum number of pictures per minute of the video.</summary>
    public const int DefaultPerMinute = 30;

    // A picture is encoded before it is known whether the change lasts. Faces whose labels change in every frame would
    // otherwise slow down the whole run.
    private const int EncodedPerPicture = 4;

    // The picture of a change that was not seen to last is kept for this long while the face is missing.
    private static readonly TimeSpan KeepPending = TimeSpan.FromSeconds(5);

    // After this, a face that was missing begins anew.
    private static readonly TimeSpan KeepTrack = TimeSpan.FromMinutes(10);

    private readonly Dictionary<int, Track> tracks = [];
    private long minute = long.MinValue;
    private int inMinute;
    private int encodedInMinute;
    private bool warned;
    private TimeSpan last;

    /// <summary>How long a track or a label must last for a picture: 0.5 s.</summary>
    public static TimeSpan MinDuration { get; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The number of pictures written.</summary>
    public int Written { get; private set; }

    /// <summary>The number of changes without a picture, because the minute already had the maximum.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Adds the next frame, while its photo is valid.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public void Add(FrameResult frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame.Time.Ticks / TimeSpan.TicksPerMinute is var now && now != minute)
        {
            minute = now;
            inMinute = 0;
            encodedInMinute = 0;
        }

        byte[]? picture = null;
        foreach (TrackedFace face in frame.Faces)
        {
            int label = face.Smoothed.LabelScores.Top;
            if (!tracks.TryGetValue(face.Id, out Track? track))
            {
                tracks.Add(
                    face.Id,
                    new Track
                    {
                        Label = label,
                        Seen = frame.Time,
                        First = Begin(frame, face, ref picture),
                    }
                );
                continue;
            }

            track.Seen = frame.Time;
            if (track.First is { } first && frame.Time - first.Time >= MinDuration)
            {
                track.First = null;
                Write(first);
            }

            if (track.Change is { } change && change.Label != label)
            {
                track.Change = null;
            }
            else if (track.Change is { } lasting && frame.Time - lasting.Time >= MinDuration)
            {
                track.Change = null;
                track.Label = label;
                Write(lasting);
            }

            if (track.Change is null && track.Label != label)
            {
                track.Change = Begin(frame, face, ref picture);
            }
        }

        Forget(frame.Time);
        last = frame.Time;
    }

    /// <summary>
    /// Writes the pictures of changes shortly before the end, which nothing contradicts. To be called once after the
    /// last frame.
    /// </summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public void Finish()
    {
        Pending[] rest =
        [
            .. tracks
                .Values.Where(t => t.Seen == last)
                .SelectMany(t => new[] { t.First, t.Change })
                .OfType<Pending>()
                .OrderBy(p => p.Time),
        ];
        tracks.Clear();
        foreach (Pending pending in rest)
        {
            Write(pending);
        }
    }

    private Pending Begin(FrameResult frame, TrackedFace face, ref byte[]? picture)
    {
        if (
            picture is null
            && frame.Photo is { } photo
            && inMinute < maxPerMinute
            && encodedInMinute < EncodedPerPicture * maxPerMinute
        )
        {
            encodedInMinute++;
            picture = Annotate(photo, frame);
        }

        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"{ClockText.ForFile(frame.Time)}_track{face.Id}_{FileText(face.Smoothed.Label)}.jpg"
        );
        return new Pending(frame.Time, face.Smoothed.LabelScores.Top, name, picture);
    }

    private void Write(Pending pending)
    {
        if (pending.Picture is null || inMinute >= maxPerMinute)
        {
            LeftOut++;
            if (!warned)
            {
                warned = true;
                warn?.Invoke(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"more than {maxPerMinute} changes in a minute at {ClockText.Of(pending.Time)}: at most "
                            + $"{maxPerMinute} pictures are written per minute of the video"
                    )
                );
            }

            return;
        }

        string file = Path.Combine(folder, pending.Name);
        check?.Invoke(file);
        OutputFile.WriteBytes(file, pending.Picture);
        inMinute++;
        Written++;
    }

    private void Forget(TimeSpan now)
    {
        List<int>? gone = null;
        foreach ((int id, Track track) in tracks)
        {
            TimeSpan missing = now - track.Seen;
            if (missing > KeepPending)
            {
                track.Change = null;
                if (track.First is not null || missing > KeepTrack)
                {
                    (gone ??= []).Add(id);
                }
            }
        }

        gone?.ForEach(id => tracks.Remove(id));
    }

    private static byte[] Annotate(Photo photo, FrameResult frame)
    {
        // The boxes are drawn over the pixels, which others still use.
        using var copy = Photo.FromPixels(photo.Rgba, photo.PixelWidth, photo.PixelHeight, PixelLayout.Rgbx);
        IReadOnlyList<RecognizedFace> faces =
        [
            .. frame.Faces.Select(f => new RecognizedFace(f.Face.Box, f.Smoothed, f.Face.Quality, f.UncertainReasons)
            {
                Track = f.Id,
            }),
        ];
        return PhotoAnnotator.AnnotateJpeg(copy, new RecognitionResult(null, frame.Width, frame.Height, faces)).Data;
    }

    /// <summary>A label as a part of a file name; labels of adapted models may have any characters.</summary>
    private static string FileText(string label) =>
        new([.. label.Select(c => char.IsLetterOrDigit(c) || c is '-' or '+' ? c : '-')]);

    /// <summary>A picture that is written if the change lasts.</summary>
    private sealed record Pending(TimeSpan Time, int Label, string Name, byte[]? Picture);

    private sealed class Track
    {
        /// <summary>The label of the last change that lasted.</summary>
        public required int Label { get; set; }

        public required TimeSpan Seen { get; set; }

        /// <summary>The picture of the first frame, until the track has lasted.</summary>
        public Pending? First { get; set; }

        public Pending? Change { get; set; }
    }
}
