using System.Globalization;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli;

/// <summary>
/// Continues a file of rows. The tracker has no memory of an earlier run, so the last frames in the file are analysed
/// again (replayed): from the beginning or the last cut, where all tracks begin, if it is near, otherwise from some
/// seconds before the end. The tracks of the replay are mapped to those in the file by the boxes. Rows in the file are
/// not changed. Not thread-safe.
/// </summary>
internal sealed class VideoResume
{
    /// <summary>The maximum time before the last row at which a cut, or the beginning, is the start.</summary>
    private static readonly TimeSpan MaxReplay = TimeSpan.FromSeconds(60);

    /// <summary>The time before the last row at which the replay starts without a cut.</summary>
    private static readonly TimeSpan MinReplay = TimeSpan.FromSeconds(10);

    /// <summary>The replay covers at least these time constants of the smoothing: e^-20 is 2e-9.</summary>
    private const double MinTimeConstants = 20;

    /// <summary>Larger differences are reported: in pixels, and in probability.</summary>
    private const float MaxBoxDifference = 1,
        MaxScoreDifference = 0.01f;

    private readonly string path;
    private readonly StoredFrames file;
    private readonly Queue<FrameResult> window = [];
    private readonly Dictionary<int, int> tracks = [];
    private int lastTrack;
    private bool isReplaying = true;
    private bool isFirst = true;

    private VideoResume(string path, StoredFrames file) => (this.path, this.file) = (path, file);

    /// <summary>The length in bytes of the complete frames at the start of the file.</summary>
    public long Length { get; private set; }

    /// <summary>The line end of the file.</summary>
    public string NewLine => file.NewLine ?? "\n";

    /// <summary>The number of frames in the file.</summary>
    public long Frames { get; private set; }

    /// <summary>The last frame in the file; <c>null</c> if there is none.</summary>
    public FrameResult? Last { get; private set; }

    /// <summary>The time at which the replay starts; <c>null</c> is the start of the run.</summary>
    public TimeSpan? From { get; private set; }

    /// <summary>The number of replayed frames that differ from the file.</summary>
    public int Different { get; private set; }

    /// <summary>The time of the first of them.</summary>
    public TimeSpan FirstDifference { get; private set; }

    /// <summary>Reads a file of rows without changing it.</summary>
    /// <param name="path">The file; it may be missing or empty.</param>
    /// <param name="file">Reads it.</param>
    /// <param name="options">The options of the run.</param>
    /// <exception cref="UsageException">The file cannot be resumed.</exception>
    public static VideoResume Read(string path, StoredFrames file, VideoOptions options)
    {
        var resume = new VideoResume(path, file);
        TimeSpan smoothing = options.Tracker.TimeConstant * MinTimeConstants,
            min = smoothing > MinReplay ? smoothing : MinReplay,
            max = min > MaxReplay ? min : MaxReplay;
        TimeSpan? cut = null;
        foreach (StoredFrame stored in resume.Stored())
        {
            FrameResult frame = stored.Result;
            resume.Frames++;
            resume.Last = frame;
            resume.Length = stored.End;
            resume.lastTrack = Math.Max(resume.lastTrack, frame.Faces.Select(f => f.Id).DefaultIfEmpty().Max());
            cut = frame.IsCut ? frame.Time : cut;
            resume.window.Enqueue(frame);
            while (frame.Time - resume.window.Peek().Time > max)
            {
                resume.window.Dequeue();
            }
        }

        if (resume.Last is { } last && resume.window.Count < resume.Frames)
        {
            // The times in the file are rounded. Whole seconds, because a full search for faces is made at these.
            TimeSpan from =
                last.Time - cut <= max
                    ? cut!.Value - TimeSpan.FromMicroseconds(1)
                    : TimeSpan.FromSeconds(Math.Floor((last.Time - min).TotalSeconds));
            resume.From = from > options.Start ? from : options.Start ?? from;
            while (resume.window.TryPeek(out FrameResult? first) && first.Time < resume.From)
            {
                resume.window.Dequeue();
            }
        }

        return resume;
    }

    /// <summary>The frames in the file that are not replayed.</summary>
    public IEnumerable<FrameResult> Before()
    {
        long replayed = window.TryPeek(out FrameResult? first) ? first.Frame : long.MaxValue;
        return Stored().Select(s => s.Result).TakeWhile(f => f.Frame < replayed);
    }

    /// <summary>All frames in the file.</summary>
    public IEnumerable<FrameResult> All() => Stored().Select(s => s.Result);

    /// <summary>Takes a frame of this run.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>
    /// The frame as it is in the file, with the photo of the replay; or a new one with the tracks of the file.
    /// </returns>
    /// <exception cref="UsageException">The file has other frames.</exception>
    public (FrameResult Frame, bool IsNew) Take(FrameResult frame)
    {
        if (Last is null || frame.Frame > Last.Frame)
        {
            EndReplay(frame);
            return (With(frame, frame.Faces, f => Id(f.Id), frame.Photo), true);
        }

        // A time that was rounded up may be that of a frame just before the start of the replay.
        while (
            isFirst
            && window.TryPeek(out FrameResult? rounded)
            && rounded.Frame < frame.Frame
            && rounded.Time - From < TimeSpan.FromMicroseconds(2)
        )
        {
            window.Dequeue();
        }

        if (!window.TryDequeue(out FrameResult? stored) || stored.Frame != frame.Frame)
        {
            throw OtherFrames(frame, stored);
        }

        if (IsDifferent(stored, frame))
        {
            FirstDifference = Different == 0 ? stored.Time : FirstDifference;
            Different++;
        }

        isFirst = false;
        return (With(stored, stored.Faces, f => f.Id, frame.Photo), false);
    }

    /// <summary>Checks at the end that the replay had all frames of the file.</summary>
    /// <exception cref="UsageException">The file has other frames.</exception>
    public void EndReplay(FrameResult? next = null)
    {
        if (isReplaying && window.TryPeek(out FrameResult? left))
        {
            throw OtherFrames(next, left);
        }

        isReplaying = false;
    }

    /// <summary>Opens the file for appending after its complete frames.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public OutputTarget Open() => OutputTarget.Append(path, Length);

    private IEnumerable<StoredFrame> Stored()
    {
        // A link that leads nowhere yet is there itself; and what was written to a pipe cannot be read.
        string target = PartFile.Target(path);
        if (!File.Exists(target) || PartFile.IsDevice(target))
        {
            yield break;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        foreach (StoredFrame frame in file.Read(stream))
        {
            yield return frame;
        }
    }

    private UsageException OtherFrames(FrameResult? found, FrameResult? stored)
    {
        string Text(FrameResult? frame) =>
            frame is null
                ? "no further frame"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"frame {frame.Frame} ({VideoRowFormat.Seconds(frame.Time)} s)"
                );
        return file.Differs(
            $"it has {Text(stored)} where this run has {Text(found)}. Use the same --fps, --every-frame, --start and "
                + $"--end as before, and the same video"
        );
    }

    /// <summary>Compares a replayed frame with the file, and maps its tracks.</summary>
    private bool IsDifferent(FrameResult stored, FrameResult replayed)
    {
        bool isDifferent =
            stored.Faces.Count != replayed.Faces.Count
            // The first frame of the replay has no frame before it, so it is no cut.
            || (stored.IsCut != replayed.IsCut && !isFirst)
            // The smoothing of the first frames depends on the frames before the replay.
            || (window.Count == 0 && SmoothingDiffers(stored, replayed));
        var left = stored.Faces.ToList();
        foreach (TrackedFace face in replayed.Faces)
        {
            TrackedFace? nearest = left.MaxBy(f => f.Face.Box.IntersectionOverUnion(face.Face.Box));
            if (nearest is null || nearest.Face.Box.IntersectionOverUnion(face.Face.Box) < 0.5f)
            {
                isDifferent = true;
                continue;
            }

            left.Remove(nearest);

            // The later frame decides: the earlier ones of a replay know less.
            isDifferent |= tracks.TryGetValue(face.Id, out int known) && known != nearest.Id;

            // Two tracks of the replay may be one of the file; only one of them goes on as that.
            foreach (
                int other in tracks.Where(t => t.Value == nearest.Id && t.Key != face.Id).Select(t => t.Key).ToList()
            )
            {
                tracks.Remove(other);
            }

            tracks[face.Id] = nearest.Id;
            FaceBox a = nearest.Face.Box,
                b = face.Face.Box;
            isDifferent |=
                MathF.Abs(a.X - b.X) > MaxBoxDifference
                || MathF.Abs(a.Y - b.Y) > MaxBoxDifference
                || MathF.Abs(a.Width - b.Width) > MaxBoxDifference
                || Differ(nearest.Face.Result, face.Face.Result);
        }

        return isDifferent;
    }

    private static bool SmoothingDiffers(FrameResult stored, FrameResult replayed) =>
        stored.Faces.Zip(replayed.Faces).Any(f => Differ(f.First.Smoothed, f.Second.Smoothed));

    private static bool Differ(ExpressionResult a, ExpressionResult b) =>
        a.LabelScores.Values.Zip(b.LabelScores.Values).Any(s => MathF.Abs(s.First - s.Second) > MaxScoreDifference);

    /// <summary>
    /// The identity in the file of a track of this run. New ones count up, as in a run without interruption.
    /// </summary>
    private int Id(int track)
    {
        if (!tracks.TryGetValue(track, out int id))
        {
            tracks[track] = id = ++lastTrack;
        }

        return id;
    }

    private static FrameResult With(
        FrameResult frame,
        IReadOnlyList<TrackedFace> faces,
        Func<TrackedFace, int> id,
        Photo? photo
    ) =>
        new(
            frame.Frame,
            frame.Time,
            frame.Width,
            frame.Height,
            [.. faces.Select(f => new TrackedFace(id(f), f.Face, f.Smoothed, f.UncertainReasons, f.Age))],
            frame.IsCut,
            photo
        );
}
