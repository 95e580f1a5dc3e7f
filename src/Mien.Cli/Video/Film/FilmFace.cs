namespace Mien.Cli;

/// <summary>A face as it is drawn on a frame of a film.</summary>
/// <param name="Track">The number of the track, as in the rows.</param>
/// <param name="Box">The bounding box in pixels.</param>
/// <param name="Scores">The smoothed probabilities, one per label.</param>
/// <param name="IsUncertain">Whether the label is uncertain.</param>
/// <param name="IsAnalysed">Whether the face was found in this frame, rather than before and after it.</param>
/// <param name="History">The probabilities of the analysed frames before, the oldest first.</param>
internal sealed record FilmFace(
    int Track,
    FaceBox Box,
    float[] Scores,
    bool IsUncertain,
    bool IsAnalysed,
    IReadOnlyCollection<FilmPoint> History
)
{
    /// <summary>The index of the most probable label; on a tie, the first one.</summary>
    public int Top
    {
        get
        {
            int top = 0;
            for (int i = 1; i < Scores.Length; i++)
            {
                top = Scores[i] > Scores[top] ? i : top;
            }

            return top;
        }
    }
}

/// <summary>The probabilities of a track at a time.</summary>
/// <param name="Time">The time of the analysed frame.</param>
/// <param name="Scores">The smoothed probabilities, one per label.</param>
/// <param name="IsAfterGap">Whether the track is not connected with the point before.</param>
internal readonly record struct FilmPoint(TimeSpan Time, float[] Scores, bool IsAfterGap);
