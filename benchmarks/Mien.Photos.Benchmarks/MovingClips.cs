using SkiaSharp;

namespace Mien.Photos.Benchmarks;

/// <summary>Made clips of moving, turning, small, leaving and appearing faces.</summary>
internal static class MovingClips
{
    /// <summary>Makes the clips, each named by its row of the table.</summary>
    public static IEnumerable<MovingClip> All(IReadOnlyList<Picture> photos)
    {
        Picture[] alone = [.. photos.SelectMany(p => p.Faces.Take(1).Select(f => Alone(p, f, 2.2f)))];
        for (int i = 0; i < alone.Length; i++)
        {
            Picture face = alone[i];
            float phase = i;
            yield return One("one face of 200 px, moving", face, 200, t => (640 + Wave(t, phase, 400), 360, 1, 0));
            yield return One(
                "one face of 200 px, turning ±20°",
                face,
                200,
                t => (640 + Wave(t, phase, 150), 360, 1, Wave(t * 1.3f, phase, 20))
            );
            yield return One(
                "one face, 60 to 340 px",
                face,
                200,
                t => (640, 360, 1 + Wave(t, phase, 0.7f), Wave(t, phase, 5))
            );
            yield return One(
                "one face of 30 px",
                face,
                30,
                t => (640 + Wave(t, phase, 300), 300, 1, Wave(t, phase, 5))
            );
            yield return One(
                "one face of 120 px, leaving and returning",
                face,
                120,
                t => (1100 + Wave(t * 2, phase, 420), 360, 1, 0)
            );
            yield return One(
                "one face of 30 px, leaving and returning",
                face,
                30,
                t => (1150 + Wave(t * 2, phase, 300), 200, 1, 0)
            );
        }

        for (int i = 0; i < photos.Count; i++)
        {
            float phase = i;
            Picture a = alone[i],
                b = alone[(i + 1) % alone.Length];
            yield return new MovingClip(
                "two faces, 240 and 110 px, crossing",
                [
                    new(b, t => (640 - Wave(t, phase, 420), 260, 110 / b.Faces[0].Size, 0)),
                    new(a, t => (640 + Wave(t, phase, 420), 420, 240 / a.Faces[0].Size, Wave(t, 0, 8))),
                ]
            );
            Picture[] ten = [.. Enumerable.Range(0, 10).Select(k => alone[(k + i) % alone.Length])];
            yield return new MovingClip(
                "ten faces of 80 px, turning",
                [
                    .. ten.Select(
                        (p, k) =>
                            new MovingClip.Part(
                                p,
                                t =>
                                    (
                                        150 + (245 * (k % 5)) + Wave(t, k, 30),
                                        190 + (340 * (k / 5)) + Wave(t, phase + k, 30),
                                        80 / p.Faces[0].Size,
                                        Wave(t, k, 15)
                                    )
                            )
                    ),
                ]
            );
            yield return new MovingClip(
                "a whole photo, moved as by a camera",
                [
                    new(
                        photos[i],
                        t =>
                            (
                                640 + Wave(t, phase, 120),
                                360 + Wave(t * 0.7f, phase, 60),
                                0.8f + Wave(t, phase, 0.15f),
                                Wave(t, phase, 4)
                            )
                    ),
                ]
            );
        }
    }

    private static MovingClip One(
        string name,
        Picture picture,
        float size,
        Func<float, (float X, float Y, float Scale, float Angle)> way
    ) =>
        new(
            name,
            [
                new(
                    picture,
                    t =>
                    {
                        (float x, float y, float scale, float angle) = way(t);
                        return (x, y, scale * size / picture.Faces[0].Size, angle);
                    }
                ),
            ]
        );

    /// <summary>A wave of two periods in five seconds, a little irregular.</summary>
    private static float Wave(float time, float phase, float size) =>
        size * ((0.8f * MathF.Sin((2.5f * time) + phase)) + (0.2f * MathF.Sin((7 * time) + (2 * phase))));

    /// <summary>A square around one face of a photo, with the marks of no other.</summary>
    private static Picture Alone(Picture photo, MarkedFace face, float share)
    {
        int side = (int)(share * face.Size);
        using Picture part = photo.Part(
            SKRectI.Create((int)face.Box.Center.X - (side / 2), (int)face.Box.Center.Y - (side / 2), side, side)
        );
        MarkedFace mark = part.Faces.MinBy(f =>
            MathF.Abs(f.Box.Center.X - (side / 2f)) + MathF.Abs(f.Box.Center.Y - (side / 2f))
        )!;
        return new Picture(part.Bitmap.Copy(), [mark]);
    }
}
