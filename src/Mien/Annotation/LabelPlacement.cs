using SkiaSharp;

namespace Mien;

/// <summary>
/// Finds positions for labels: inside the image, next to their boxes, without covering other labels and faces if
/// possible.
/// </summary>
internal static class LabelPlacement
{
    /// <summary>
    /// The cost of covering a label relative to covering a face: the former makes both labels unreadable, the latter
    /// hides only a part of the face.
    /// </summary>
    private const float LabelCost = 10;

    /// <summary>Finds the position of one label.</summary>
    /// <param name="width">Width of the image in pixels.</param>
    /// <param name="height">Height of the image in pixels.</param>
    /// <param name="box">The box of the face.</param>
    /// <param name="size">The size of the label; at most that of the image.</param>
    /// <param name="gap">The distance between the label and the line of its box.</param>
    /// <param name="labels">The labels that are already placed.</param>
    /// <param name="faces">The boxes of all faces, including this one.</param>
    /// <returns>The rectangle of the label, inside the image.</returns>
    public static SKRect Find(
        int width,
        int height,
        SKRect box,
        SKSize size,
        float gap,
        IReadOnlyList<SKRect> labels,
        IReadOnlyList<SKRect> faces
    )
    {
        // Candidates in order of preference: above, below, beside and finally inside the box. Of equal costs the first
        // wins.
        ReadOnlySpan<SKPoint> corners =
        [
            new(box.Left - gap, box.Top - gap - size.Height),
            new(box.Right + gap - size.Width, box.Top - gap - size.Height),
            new(box.Left - gap, box.Bottom + gap),
            new(box.Right + gap - size.Width, box.Bottom + gap),
            new(box.Right + gap, box.Top),
            new(box.Left - gap - size.Width, box.Top),
            new(box.Left, box.Top),
            new(box.Left, box.Bottom - size.Height),
        ];
        SKRect best = default;
        float lowest = float.PositiveInfinity;
        foreach (SKPoint corner in corners)
        {
            float x = Math.Clamp(corner.X, 0, Math.Max(0, width - size.Width));
            float y = Math.Clamp(corner.Y, 0, Math.Max(0, height - size.Height));
            SKRect place = SKRect.Create(x, y, size.Width, size.Height);

            // Clamping to the image may move a label away from its corner, where it no longer shows which face it
            // belongs to.
            float cost =
                ((MathF.Abs(x - corner.X) + MathF.Abs(y - corner.Y)) * size.Height / 4)
                + labels.Sum(l => LabelCost * Shared(place, l))
                + faces.Sum(f => Shared(place, f));
            if (cost < lowest)
            {
                (best, lowest) = (place, cost);
            }
        }

        return best;
    }

    private static float Shared(SKRect a, SKRect b)
    {
        SKRect shared = SKRect.Intersect(a, b);
        return shared.Width * shared.Height;
    }
}
