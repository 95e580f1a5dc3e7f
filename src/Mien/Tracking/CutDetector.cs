namespace Mien;

/// <summary>
/// Recognises cuts: frames that the frames before cannot explain. As in video encoders, the frame is predicted from an
/// earlier one by moving small patches, and the error of that is compared with what is in the patches at all. So pans,
/// zooms and fast motion, which shift patches, are no cuts; neither are fades and changes of light, because brightness
/// and contrast are matched first; nor is a flash, because the frames before it explain the frames after it.
/// </summary>
internal sealed class CutDetector
{
    /// <summary>
    /// The change that is a cut in a calm scene. Nearly all motion stays below it, even at five frames per second.
    /// </summary>
    private const double MinChange = 0.83;

    /// <summary>The greatest error of a frame that only differs in its light, or that an older one explains.</summary>
    private const double MaxOfLight = 0.5;

    /// <summary>The greatest error of a frame that only is shifted.</summary>
    private const double MaxOfPan = 0.65;

    /// <summary>How much a cut exceeds the recent changes.</summary>
    private const double MinRatio = 1.4;

    /// <summary>How far back the recent changes and the frames go, in seconds.</summary>
    private const double Memory = 0.8;

    /// <summary>Seconds of black or white after which frames are not compared.</summary>
    private const double MaxBlank = 3;

    private const int Patch = 4;
    private const int Columns = FrameSignature.Width / Patch;

    /// <summary>How far patches move, in cells per second: a whole width of the frame in a second.</summary>
    private const double Speed = 32;

    private const int MaxShift = 8;

    private readonly List<(FrameSignature Frame, TimeSpan Time, double Change)> recent = [];

    /// <summary>Forgets the frames before.</summary>
    public void Reset() => recent.Clear();

    /// <summary>Whether a frame is the first after a cut.</summary>
    public bool IsCut(FrameSignature frame, TimeSpan time)
    {
        if (frame.IsBlank)
        {
            return false;
        }

        double change = 0;
        bool cut = false;

        // What was before a long black or white stretch says nothing about what comes after it.
        recent.RemoveAll(r => (time - r.Time).TotalSeconds > MaxBlank + Memory);
        if (recent.Count > 0)
        {
            TimeSpan last = recent[^1].Time;
            recent.RemoveAll(r => (last - r.Time).TotalSeconds > Memory);
            change = ChangeSince(recent[^1].Frame, frame, time - last);
            double usual = recent.Average(r => r.Change);
            if (change > MinChange && change > MinRatio * usual)
            {
                cut = !ExplainedByOlder(frame, time);
            }
        }

        if (cut)
        {
            recent.Clear();
            change = 0;
        }

        recent.Add((frame, time, change));
        return cut;
    }

    /// <summary>
    /// Whether a frame before the last one explains the frame, as after a flash or when somebody passed the camera.
    /// A few of them are enough.
    /// </summary>
    private bool ExplainedByOlder(FrameSignature frame, TimeSpan time)
    {
        TimeSpan compared = recent[^1].Time;
        for (int i = recent.Count - 2; i >= 0; i--)
        {
            bool far = (compared - recent[i].Time).TotalSeconds > 0.15;
            if (far || i == 0 || i == recent.Count - 2)
            {
                compared = recent[i].Time;
                if (ChangeSince(recent[i].Frame, frame, time - compared) <= MaxOfLight)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// How much of a frame another one does not explain, 0..1: the error as it is, unless matched brightness or a far
    /// shift of the whole picture explain most. They must explain more, because they would find something alike in
    /// any picture.
    /// </summary>
    internal static double ChangeSince(FrameSignature before, FrameSignature frame, TimeSpan time)
    {
        int shift = (int)Math.Clamp(1 + Math.Ceiling(Speed * time.TotalSeconds), 1, MaxShift);
        short[] old = Values(before),
            now = Values(frame);
        double change = Error(old, now, shift);
        if (change > MinChange)
        {
            // The frame of more contrast is reduced to that of the other, not the other way round: that would enlarge
            // its noise. Colours are left out, because overexposed and dark pictures have none.
            bool isFlatter = frame.Contrast < before.Contrast;
            short[] oldLight = isFlatter ? Toned(before, frame) : Toned(before, before),
                newLight = isFlatter ? Toned(frame, frame) : Toned(frame, before);
            double light = Error(oldLight, newLight, shift);
            if (light <= MaxOfLight)
            {
                return light;
            }

            double pan = ErrorOfPan(old, now);
            change = pan <= MaxOfPan ? pan : change;
        }

        return change;
    }

    /// <summary>The cells as numbers: brightness, then the two colour differences.</summary>
    private static short[] Values(FrameSignature frame)
    {
        short[] values = new short[3 * frame.Luma.Length];
        for (int i = 0; i < frame.Luma.Length; i++)
        {
            values[3 * i] = frame.Luma[i];
            values[(3 * i) + 1] = (short)(frame.Blue[i] - 128);
            values[(3 * i) + 2] = (short)(frame.Red[i] - 128);
        }

        return values;
    }

    /// <summary>
    /// The brightness of a frame, mapped so that it is distributed as that of another: the n-th darkest cell gets the
    /// n-th darkest value. Undoes any change of exposure, gamma and clipping.
    /// </summary>
    private static short[] Toned(FrameSignature frame, FrameSignature like)
    {
        Span<int> map = stackalloc int[256];
        if (frame == like)
        {
            for (int i = 0; i < 256; i++)
            {
                map[i] = i;
            }
        }
        else
        {
            byte[] from = [.. frame.Luma],
                to = [.. like.Luma];
            Array.Sort(from);
            Array.Sort(to);

            // Equal values stay equal: each is mapped to the middle of its places.
            for (int i = 0; i < from.Length; )
            {
                int end = i;
                while (end < from.Length && from[end] == from[i])
                {
                    end++;
                }

                map[from[i]] = to[(i + end - 1) / 2];
                i = end;
            }
        }

        short[] values = new short[3 * frame.Luma.Length];
        for (int i = 0; i < frame.Luma.Length; i++)
        {
            values[3 * i] = (short)map[frame.Luma[i]];
        }

        return values;
    }

    /// <summary>
    /// The least error if the whole picture is shifted by up to half of its width, as when the camera is thrown
    /// round: the part that both have must be explained by one shift.
    /// </summary>
    private static double ErrorOfPan(short[] before, short[] frame)
    {
        const int wide = FrameSignature.Width / 2;
        int[] contents = Contents(frame);
        double best = 1;
        for (int y = -MaxShift; y <= MaxShift; y++)
        {
            for (int x = -wide; x <= wide; x++)
            {
                best = Math.Min(best, ErrorOfShift(before, frame, contents, x, y, best));
            }
        }

        return best;
    }

    private static double ErrorOfShift(short[] before, short[] frame, int[] contents, int x, int y, double limit)
    {
        int error = 0,
            content = 0;
        for (int patch = 0; patch < contents.Length; patch++)
        {
            (int left, int top) = Corner(patch);
            if (
                left + x < 0
                || left + x > FrameSignature.Width - Patch
                || top + y < 0
                || top + y > FrameSignature.Height - Patch
            )
            {
                continue;
            }

            error += Difference(before, frame, left, top, left + x, top + y, contents[patch]);
            content += contents[patch];

            // Most shifts are wrong, which some patches show.
            if (patch == contents.Length / 3 && error > 1.2 * limit * content)
            {
                return 1;
            }
        }

        return content == 0 ? 1 : Math.Min(1, (double)error / content);
    }

    /// <summary>The mean over the patches of the error relative to the content.</summary>
    private static double Error(short[] before, short[] frame, int shift)
    {
        int[] contents = Contents(frame);
        double sum = 0;
        for (int patch = 0; patch < contents.Length; patch++)
        {
            (int left, int top) = Corner(patch);
            int error = Predict(before, frame, left, top, shift, contents[patch] / 8);
            sum += Math.Min(1, (double)error / contents[patch]);
        }

        return sum / contents.Length;
    }

    private static (int Left, int Top) Corner(int patch) => (patch % Columns * Patch, patch / Columns * Patch);

    /// <summary>
    /// What is in each patch. Patches of one colour have no content; a few levels per cell then decide whether it is
    /// the same colour.
    /// </summary>
    private static int[] Contents(short[] frame)
    {
        int[] contents = new int[Columns * FrameSignature.Height / Patch];
        for (int patch = 0; patch < contents.Length; patch++)
        {
            (int left, int top) = Corner(patch);
            contents[patch] = Math.Max(Content(frame, left, top), Patch * Patch * 6);
        }

        return contents;
    }

    /// <summary>The sum of the differences of a patch from its mean.</summary>
    private static int Content(short[] frame, int left, int top)
    {
        int sum = 0;
        for (int channel = 0; channel < 3; channel++)
        {
            int total = 0;
            for (int i = 0; i < Patch * Patch; i++)
            {
                total += frame[At(left + (i % Patch), top + (i / Patch)) + channel];
            }

            int mean = (int)Math.Round((double)total / (Patch * Patch));
            for (int i = 0; i < Patch * Patch; i++)
            {
                sum += Math.Abs(frame[At(left + (i % Patch), top + (i / Patch)) + channel] - mean);
            }
        }

        return sum;
    }

    /// <summary>The least sum of differences of a patch from any patch of the frame before within the shift.</summary>
    private static int Predict(short[] before, short[] frame, int left, int top, int shift, int enough)
    {
        int best = Difference(before, frame, left, top, left, top, int.MaxValue);
        for (int y = Math.Max(0, top - shift); y <= Math.Min(FrameSignature.Height - Patch, top + shift); y++)
        {
            for (int x = Math.Max(0, left - shift); x <= Math.Min(FrameSignature.Width - Patch, left + shift); x++)
            {
                if (best <= enough)
                {
                    return best;
                }

                best = Math.Min(best, Difference(before, frame, left, top, x, y, best));
            }
        }

        return best;
    }

    private static int Difference(short[] before, short[] frame, int left, int top, int x, int y, int limit)
    {
        int sum = 0;
        for (int row = 0; row < Patch && sum < limit; row++)
        {
            ReadOnlySpan<short> a = before.AsSpan(At(x, y + row), 3 * Patch),
                b = frame.AsSpan(At(left, top + row), 3 * Patch);
            for (int i = 0; i < a.Length; i++)
            {
                sum += Math.Abs(a[i] - b[i]);
            }
        }

        return sum;
    }

    private static int At(int x, int y) => 3 * ((y * FrameSignature.Width) + x);
}
