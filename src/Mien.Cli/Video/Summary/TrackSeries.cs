namespace Mien.Cli;

/// <summary>
/// The probabilities of one track over time, as means of bins of equal length. Only bins with frames take memory. Not
/// thread-safe.
/// </summary>
/// <param name="labels">The number of labels.</param>
internal sealed class TrackSeries(int labels)
{
    /// <summary>The length of the shortest bins, so short that each frame has a bin of its own.</summary>
    public static readonly TimeSpan ShortestBin = TimeSpan.FromMilliseconds(10);

    private readonly List<Bin> bins = [];

    // Per bin the sums of the smoothed and then those of the raw probabilities.
    private readonly List<float> sums = [];

    private long ticks = ShortestBin.Ticks;

    /// <summary>The number of bins with frames.</summary>
    public int Count => bins.Count;

    /// <summary>The length of the bins.</summary>
    public TimeSpan BinLength => new(ticks);

    /// <summary>The mean time of the frames of a bin.</summary>
    public TimeSpan Time(int bin) => new(bins[bin].Ticks / bins[bin].Frames);

    /// <summary>The time of the last frame of a bin.</summary>
    public TimeSpan End(int bin) => bins[bin].End;

    /// <summary>Whether the face was missing immediately before a bin; also true for the first one.</summary>
    public bool IsAfterGap(int bin) => bins[bin].IsAfterGap;

    /// <summary>The mean smoothed probability of a label in a bin.</summary>
    public float Smoothed(int bin, int label) => sums[(bin * 2 * labels) + label] / bins[bin].Frames;

    /// <summary>The mean probability of a label in a bin, without smoothing.</summary>
    public float Raw(int bin, int label) => sums[(((bin * 2) + 1) * labels) + label] / bins[bin].Frames;

    /// <summary>The label with the largest mean smoothed probability in a bin.</summary>
    public int Top(int bin)
    {
        int top = 0;
        for (int i = 1; i < labels; i++)
        {
            top = Smoothed(bin, i) > Smoothed(bin, top) ? i : top;
        }

        return top;
    }

    /// <summary>Adds a frame, not before the last one.</summary>
    public void Add(TimeSpan time, bool isAfterGap, IReadOnlyList<float> smoothed, IReadOnlyList<float> raw)
    {
        long index = Index(time.Ticks, ticks);
        if (bins.Count > 0 && bins[^1].Index == index)
        {
            bins[^1] = bins[^1] with { Ticks = bins[^1].Ticks + time.Ticks, End = time, Frames = bins[^1].Frames + 1 };
            int at = (bins.Count - 1) * 2 * labels;
            for (int i = 0; i < labels; i++)
            {
                sums[at + i] += smoothed[i];
                sums[at + labels + i] += raw[i];
            }

            return;
        }

        bins.Add(new Bin(index, time.Ticks, time, 1, isAfterGap || bins.Count == 0));
        sums.AddRange(smoothed);
        sums.AddRange(raw);
    }

    /// <summary>Doubles the length of the bins.</summary>
    public void Widen()
    {
        ticks *= 2;
        int kept = 0;
        for (int i = 0; i < bins.Count; i++)
        {
            Bin bin = bins[i] with { Index = bins[i].Index >> 1 };
            int from = i * 2 * labels;
            if (kept > 0 && bins[kept - 1].Index == bin.Index)
            {
                // A gap inside the new bin is shorter than the bin and is no longer visible.
                Bin before = bins[kept - 1];
                bins[kept - 1] = before with
                {
                    Ticks = before.Ticks + bin.Ticks,
                    End = bin.End,
                    Frames = before.Frames + bin.Frames,
                };
                int to = (kept - 1) * 2 * labels;
                for (int j = 0; j < 2 * labels; j++)
                {
                    sums[to + j] += sums[from + j];
                }
            }
            else
            {
                bins[kept] = bin;
                for (int j = 0; j < 2 * labels; j++)
                {
                    sums[(kept * 2 * labels) + j] = sums[from + j];
                }

                kept++;
            }
        }

        bins.RemoveRange(kept, bins.Count - kept);
        sums.RemoveRange(kept * 2 * labels, sums.Count - (kept * 2 * labels));
        bins.TrimExcess();
        sums.TrimExcess();
    }

    /// <summary>Copies the series, with longer bins if there are more than <paramref name="maxBins"/>.</summary>
    public TrackSeries Copy(int maxBins)
    {
        var copy = new TrackSeries(labels) { ticks = ticks };
        copy.bins.AddRange(bins);
        copy.sums.AddRange(sums);
        while (copy.Count > Math.Max(1, maxBins))
        {
            copy.Widen();
        }

        return copy;
    }

    /// <summary>Rounds down, also below zero: the clock of a video may begin there.</summary>
    private static long Index(long time, long length) => (time - (((time % length) + length) % length)) / length;

    /// <param name="Index">The number of the bin from time 0.</param>
    /// <param name="Ticks">The sum of the times of the frames.</param>
    /// <param name="End">The time of the last frame.</param>
    /// <param name="Frames">The number of frames.</param>
    /// <param name="IsAfterGap">Whether the face was missing before.</param>
    private readonly record struct Bin(long Index, long Ticks, TimeSpan End, int Frames, bool IsAfterGap);
}
