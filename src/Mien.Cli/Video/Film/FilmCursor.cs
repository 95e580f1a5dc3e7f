namespace Mien.Cli;

/// <summary>
/// Goes through a timeline frame by frame and says which faces are drawn where. Between two observations of a face its
/// box and its probabilities change evenly. Not thread-safe.
/// </summary>
/// <param name="timeline">The analysed frames; nothing may be added meanwhile.</param>
internal sealed class FilmCursor(FilmTimeline timeline)
{
    private readonly SortedDictionary<int, Track> tracks = [];
    private int next;

    /// <summary>The time before a frame whose probabilities its charts show: 5 s.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The faces of the next frame of the video, in the order of their tracks.</summary>
    /// <param name="number">The number of the frame, larger than that of the frame before.</param>
    /// <param name="time">Its time.</param>
    public IReadOnlyList<FilmFace> MoveTo(long number, TimeSpan time)
    {
        while (next < timeline.FrameCount && timeline.NumberOf(next) <= number)
        {
            Pass(next++);
        }

        var faces = new List<FilmFace>(tracks.Count);
        List<int>? gone = null;
        foreach ((int id, Track track) in tracks)
        {
            FilmTimeline.FaceEntry face = timeline.Face(track.Last);
            bool isAnalysed = face.Frame == next - 1 && timeline.NumberOf(face.Frame) == number;
            Trim(track.History, time - Window);
            if (isAnalysed)
            {
                faces.Add(
                    new FilmFace(
                        id,
                        face.Box,
                        timeline.ScoresOf(track.Last),
                        face.IsUncertain,
                        IsAnalysed: true,
                        track.History
                    )
                );
            }
            else if (face.Next >= 0)
            {
                faces.Add(Between(id, track, face, time));
            }
            else if (time - timeline.TimeOf(track.Last) > Window)
            {
                (gone ??= []).Add(id);
            }
        }

        gone?.ForEach(id => tracks.Remove(id));
        return faces;
    }

    /// <summary>Passes an analysed frame.</summary>
    private void Pass(int frame)
    {
        (int first, int end) = timeline.FacesOf(frame);
        for (int i = first; i < end; i++)
        {
            int id = timeline.Face(i).Track;
            bool isAfterGap = true;
            if (tracks.TryGetValue(id, out Track? track))
            {
                isAfterGap = timeline.Face(track.Last).Next != i;
            }
            else
            {
                tracks[id] = track = new Track();
            }

            track.Last = i;
            track.History.Enqueue(new FilmPoint(timeline.TimeOf(i), timeline.ScoresOf(i), isAfterGap));
        }
    }

    private FilmFace Between(int id, Track track, FilmTimeline.FaceEntry face, TimeSpan time)
    {
        FilmTimeline.FaceEntry later = timeline.Face(face.Next);
        TimeSpan from = timeline.TimeOf(track.Last),
            to = timeline.TimeOf(face.Next);
        float share = to > from ? Math.Clamp((float)((time - from) / (to - from)), 0, 1) : 0;
        float[] scores = timeline.ScoresOf(track.Last),
            then = timeline.ScoresOf(face.Next);
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = float.Lerp(scores[i], then[i], share);
        }

        var box = new FaceBox(
            float.Lerp(face.Box.X, later.Box.X, share),
            float.Lerp(face.Box.Y, later.Box.Y, share),
            float.Lerp(face.Box.Width, later.Box.Width, share),
            float.Lerp(face.Box.Height, later.Box.Height, share)
        );
        return new FilmFace(
            id,
            box,
            scores,
            share < 0.5f ? face.IsUncertain : later.IsUncertain,
            IsAnalysed: false,
            track.History
        );
    }

    /// <summary>Keeps one point before the window, from which the first line comes.</summary>
    private static void Trim(Queue<FilmPoint> history, TimeSpan start)
    {
        while (history.Count > 1 && history.ElementAt(1).Time <= start)
        {
            history.Dequeue();
        }
    }

    private sealed class Track
    {
        /// <summary>The index of the last observation that was passed.</summary>
        public int Last { get; set; }

        public Queue<FilmPoint> History { get; } = new();
    }
}
