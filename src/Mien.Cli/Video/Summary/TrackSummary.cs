namespace Mien.Cli;

/// <summary>The summary of one track. Immutable, except that its series is shared.</summary>
internal sealed record TrackSummary
{
    /// <summary>The identity of the face.</summary>
    public required int Track { get; init; }

    /// <summary>The time of the first frame with the face.</summary>
    public required TimeSpan First { get; init; }

    /// <summary>The time of the last frame with the face.</summary>
    public required TimeSpan Last { get; init; }

    /// <summary>For how long the face was seen; less than from first to last if it was missing in between.</summary>
    public required double Seconds { get; init; }

    /// <summary>The number of analysed frames with the face.</summary>
    public required long Frames { get; init; }

    /// <summary>The time with each smoothed label, in seconds, in the order of the labels.</summary>
    public required IReadOnlyList<double> LabelSeconds { get; init; }

    /// <summary>The share of the time in which the prediction is uncertain, 0..1.</summary>
    public required double UncertainShare { get; init; }

    /// <summary>The number of changes of the smoothed label.</summary>
    public required int ChangeCount { get; init; }

    /// <summary>The first changes, at most <see cref="VideoSummaryBuilder.MaxChanges"/>.</summary>
    public required IReadOnlyList<LabelChange> Changes { get; init; }

    /// <summary>The mean of the smoothed probabilities over the time, in the order of the labels.</summary>
    public required IReadOnlyList<double> MeanScores { get; init; }

    /// <summary>The mean valence over the time; <see langword="null"/> if it was not asked for.</summary>
    public double? MeanValence { get; init; }

    /// <summary>The mean intensity over the time; <see langword="null"/> if it was not asked for.</summary>
    public double? MeanIntensity { get; init; }

    /// <summary>A JPEG of the face; <see langword="null"/> if there is none.</summary>
    public byte[]? Thumbnail { get; init; }

    /// <summary>The probabilities over time.</summary>
    public required TrackSeries Series { get; init; }

    /// <summary>The share of the time with a label, 0..1.</summary>
    public double Share(int label) => LabelSeconds[label] / Seconds;

    /// <summary>The label with the most time; on a tie, the first one.</summary>
    public int TopLabel
    {
        get
        {
            int top = 0;
            for (int i = 1; i < LabelSeconds.Count; i++)
            {
                top = LabelSeconds[i] > LabelSeconds[top] ? i : top;
            }

            return top;
        }
    }
}

/// <summary>A change of the smoothed label.</summary>
/// <param name="Time">The time of the first frame with the new label.</param>
/// <param name="From">The index of the label before.</param>
/// <param name="To">The index of the new label.</param>
internal readonly record struct LabelChange(TimeSpan Time, int From, int To);
