using SkiaSharp;

namespace Mien;

/// <summary>
/// Finds places for labels: inside the picture, near their boxes, clear of other labels and faces where that is
/// possible.
/// </summary>
internal static class LabelPlacement
{
    /// <summary>Covering a label makes both unreadable; covering a face only hides some of it.</summary>
    private const float LabelCost = 10;

    /// <summary>Where one label goes.</summary>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="box">The face's frame.</param>
    /// <param name="size">The label's size, at most the picture's.</param>
    /// <param name="gap">The distance that the label keeps from its frame's line.</param>
    /// <param name="labels">Labels that have their places.</param>
    /// <param name="faces">All frames, this one included.</param>
    /// <returns>A rectangle inside the picture.</returns>
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
        // In the order in which they are liked: above, below, beside, and at last inside the frame.
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

            // A label that had to move far from its corner no longer shows whose it is.
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
