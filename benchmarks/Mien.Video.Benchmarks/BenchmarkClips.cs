namespace Mien.Video.Benchmarks;

/// <summary>The clips that are measured.</summary>
internal static class BenchmarkClips
{
    /// <summary>
    /// One or two faces of a third of the height that move and change; 16:9, 25 frames per second, H.264.
    /// </summary>
    public static MadeClip Speed(int width, int faces, double seconds)
    {
        int height = width * 9 / 16;
        float side = height / 3f;
        return new MadeClip
        {
            Width = width,
            Height = height,
            Frames = (int)(25 * seconds),
            Options = ["-bf", "0"],
            Faces =
            [
                .. Enumerable
                    .Range(0, faces)
                    .Select(i => new ClipFace(i, [.. Path(width, height, side, i, seconds)])
                    {
                        Expressions =
                        [
                            .. Enumerable
                                .Range(0, (int)Math.Ceiling(seconds / 2))
                                .Select(n => new ClipExpression(
                                    2 * n,
                                    (n + i) % 2 == 0 ? Expression.Neutral : Expression.Happiness
                                )),
                        ],
                        Fade = 0.4,
                    }),
            ],
        };
    }

    /// <summary>
    /// Two people who pass each other, in 24 ways: speed, distance of the heads, size, and who is in front.
    /// </summary>
    public static IEnumerable<(string Name, MadeClip Clip)> Crossings()
    {
        foreach (double seconds in (double[])[1.5, 2, 3, 4])
        {
            foreach (float offset in (float[])[0, 20, 45])
            {
                foreach (bool isFirstInFront in (bool[])[false, true])
                {
                    yield return (
                        FormattableString.Invariant(
                            $"{seconds} s, {offset} px, {(isFirstInFront ? "first" : "second")}"
                        ),
                        Crossing(seconds, offset, isFirstInFront)
                    );
                }
            }
        }
    }

    private static MadeClip Crossing(double seconds, float offset, bool isFirstInFront)
    {
        var first = new ClipFace(0, new ClipPose(0, 110, 150, 120), new ClipPose(seconds, 530, 150, 120))
        {
            Expressions = [new(0, Expression.Happiness)],
        };
        var second = new ClipFace(
            1,
            new ClipPose(0, 530, 150 + offset, 130),
            new ClipPose(seconds, 110, 150 + offset, 130)
        )
        {
            Expressions = [new(0, Expression.Neutral)],
        };
        return new MadeClip
        {
            Width = 640,
            Height = 360,
            Frames = (int)(25 * seconds),
            Faces = isFirstInFront ? [second, first] : [first, second],
        };
    }

    private static IEnumerable<ClipPose> Path(int width, int height, float side, int face, double seconds)
    {
        float middle = (face + 0.5f) * width / 2;
        for (int i = 0; i <= Math.Ceiling(seconds); i++)
        {
            float to = i % 2 == 0 ? 1 : -1;
            yield return new ClipPose(
                i,
                middle + (to * width / 12),
                (0.45f * height) + (to * height / 20),
                side,
                8 * to
            );
        }
    }
}
