using System.Runtime.CompilerServices;
using Mien.Video;

namespace Mien.Cli;

/// <summary>
/// What a film shows: the analysed frames of a video with their faces, in the order of time. It takes about 50 bytes
/// per face and analysed frame. It holds what the rows hold, rounded as they are, so that a film made from the rows of
/// an earlier run is the same. Not thread-safe.
/// </summary>
/// <param name="labels">The number of labels of the model.</param>
/// <param name="maxGap">The maximum time between two observations of a face that are connected.</param>
internal sealed class FilmTimeline(int labels, TimeSpan maxGap)
{
    private readonly ChunkedList<FrameEntry> frames = new();
    private readonly ChunkedList<FaceEntry> faces = new();

    // Of each face one value per label, as a share of 65535.
    private readonly ChunkedList<ushort> scores = new();

    // The last observation of each track since the last cut.
    private readonly Dictionary<int, int> last = [];

    /// <summary>The number of analysed frames.</summary>
    public int FrameCount => frames.Count;

    /// <summary>The number of faces in all analysed frames.</summary>
    public int FaceCount => faces.Count;

    /// <summary>The number of labels.</summary>
    public int Labels => labels;

    /// <summary>The memory of the faces and frames in bytes.</summary>
    public long Bytes =>
        (frames.Capacity * Unsafe.SizeOf<FrameEntry>())
        + (faces.Capacity * Unsafe.SizeOf<FaceEntry>())
        + (scores.Capacity * sizeof(ushort));

    /// <summary>Adds the next analysed frame.</summary>
    /// <param name="frame">The frame, after those before it.</param>
    public void Add(FrameResult frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        TimeSpan time = VideoRowFormat.Rounded(frame.Time);
        if (frame.IsCut)
        {
            last.Clear();
        }

        int at = frames.Count;
        frames.Add(new FrameEntry(frame.Frame, time, faces.Count));
        foreach (TrackedFace face in frame.Faces)
        {
            if (last.TryGetValue(face.Id, out int before) && time - TimeOf(before) <= maxGap)
            {
                faces[before].Next = faces.Count;
            }

            last[face.Id] = faces.Count;
            faces.Add(
                new FaceEntry
                {
                    Frame = at,
                    Track = face.Id,
                    Next = -1,
                    Box = Rounded(face.Face.Box),
                    IsUncertain = face.IsUncertain,
                }
            );
            foreach (float score in face.Smoothed.LabelScores.Values)
            {
                scores.Add((ushort)MathF.Round(Math.Clamp(score, 0, 1) * ushort.MaxValue));
            }
        }
    }

    /// <summary>The number of an analysed frame in the video.</summary>
    public long NumberOf(int frame) => frames[frame].Number;

    /// <summary>The faces of an analysed frame: the first one, and the one after the last.</summary>
    public (int First, int End) FacesOf(int frame) =>
        (frames[frame].First, frame + 1 < frames.Count ? frames[frame + 1].First : faces.Count);

    /// <summary>A face in an analysed frame.</summary>
    public FaceEntry Face(int face) => faces[face];

    /// <summary>The time of a face, rounded to microseconds as in the rows.</summary>
    public TimeSpan TimeOf(int face) => frames[faces[face].Frame].Time;

    /// <summary>The smoothed probabilities of a face.</summary>
    public float[] ScoresOf(int face)
    {
        float[] values = new float[labels];
        for (int i = 0; i < labels; i++)
        {
            values[i] = scores[(face * labels) + i] / (float)ushort.MaxValue;
        }

        return values;
    }

    /// <summary>A box as it is in the rows.</summary>
    private static FaceBox Rounded(FaceBox box)
    {
        return new FaceBox(Hundredths(box.X), Hundredths(box.Y), Hundredths(box.Width), Hundredths(box.Height));

        static float Hundredths(float value) => (float)Math.Round((double)value, 2);
    }

    /// <summary>A face in an analysed frame.</summary>
    internal struct FaceEntry
    {
        /// <summary>The index of the analysed frame.</summary>
        public required int Frame { get; init; }

        /// <summary>The identity of the face.</summary>
        public required int Track { get; init; }

        /// <summary>
        /// The index of the same face in a later frame; -1 if it is not seen again, or after a cut or a long time.
        /// </summary>
        public required int Next { get; set; }

        /// <summary>The bounding box in pixels.</summary>
        public required FaceBox Box { get; init; }

        /// <summary>Whether the smoothed label is uncertain.</summary>
        public required bool IsUncertain { get; init; }
    }

    /// <param name="Number">The number of the frame in the video.</param>
    /// <param name="Time">Its time, rounded to microseconds.</param>
    /// <param name="First">The index of its first face.</param>
    private readonly record struct FrameEntry(long Number, TimeSpan Time, int First);
}
