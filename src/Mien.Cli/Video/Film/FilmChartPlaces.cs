using SkiaSharp;

namespace Mien.Cli;

/// <summary>
/// Finds the places of the charts: at the box of the face, or in a corner of the frame, where they cover as little as
/// possible. A chart keeps its place unless another one is clearly better, so that it does not jump. Not thread-safe.
/// </summary>
internal sealed class FilmChartPlaces
{
    // In heights of the text.
    private const float Width = 10;
    private const float Height = 3.2f;

    /// <summary>The size of a chart that has little room, as a share.</summary>
    private const float Small = 0.65f;

    /// <summary>A chart takes at most these shares of the frame.</summary>
    private const float MaxWidth = 0.45f,
        MaxHeight = 0.22f;

    /// <summary>Below this, in pixels, nothing would be readable.</summary>
    private const float MinWidth = 40,
        MinHeight = 14;

    // Costs, in areas of a chart. Covering a label or another chart makes both unreadable; a chart in the own box hides
    // only a part of the face.
    private const float TakenCost = 4;
    private const float FaceCost = 1;
    private const float OwnCost = 0.5f;
    private const float SmallCost = 0.25f;
    private const float CornerCost = 0.5f;
    private const float KeepGain = 0.4f;
    private const float MaxCost = 0.75f;
    private const float MaxKeptCost = 0.9f;

    private readonly int width;
    private readonly int height;
    private readonly float gap;
    private readonly SKSize[] sizes;
    private readonly float area;

    /// <summary>The last places are the corners of the frame.</summary>
    private const int FrameCorners = 4;

    // The index of the place of each track in the frame before.
    private readonly Dictionary<int, int> kept = [];

    /// <summary>Prepares the places.</summary>
    /// <param name="width">The width of the frames in pixels.</param>
    /// <param name="height">The height of the part of the frames in which charts may be, in pixels.</param>
    /// <param name="text">The height of the text in pixels.</param>
    public FilmChartPlaces(int width, int height, float text)
    {
        (this.width, this.height) = (width, height);
        gap = MathF.Max(2, text * 0.3f);
        var full = new SKSize(
            MathF.Floor(MathF.Min(text * Width, width * MaxWidth)),
            MathF.Floor(MathF.Min(text * Height, height * MaxHeight))
        );
        area = full.Width * full.Height;
        sizes =
        [
            .. new[] { full, new SKSize(MathF.Floor(full.Width * Small), MathF.Floor(full.Height * Small)) }.Where(s =>
                s.Width >= MinWidth && s.Height >= MinHeight
            ),
        ];
    }

    /// <summary>Finds the place of a chart.</summary>
    /// <param name="track">The track.</param>
    /// <param name="own">The index of its box.</param>
    /// <param name="boxes">The boxes of all faces, inside the frame.</param>
    /// <param name="label">The label of the track.</param>
    /// <param name="taken">Labels and charts that are already drawn.</param>
    /// <returns>The place, inside the frame; <see langword="null"/> if there is no room.</returns>
    public SKRect? Find(int track, int own, IReadOnlyList<SKRect> boxes, SKRect label, IReadOnlyList<SKRect> taken)
    {
        int before = kept.GetValueOrDefault(track, -1),
            best = -1;
        float lowest = float.PositiveInfinity,
            cost = 0;
        SKRect place = default;
        for (int size = 0; size < sizes.Length; size++)
        {
            SKPoint[] corners = Corners(boxes[own], label, sizes[size]);
            for (int i = 0; i < corners.Length; i++)
            {
                // Whole pixels, of which the distance from the wanted place is counted too: no rounding decides.
                var corner = new SKPoint(MathF.Round(corners[i].X), MathF.Round(corners[i].Y));
                SKRect candidate = SKRect.Create(
                    Math.Clamp(corner.X, 0, width - sizes[size].Width),
                    Math.Clamp(corner.Y, 0, height - sizes[size].Height),
                    sizes[size].Width,
                    sizes[size].Height
                );
                int index = (size * corners.Length) + i;
                float found =
                    Covered(candidate, own, boxes, taken)
                    + (Moved(candidate, corner) * sizes[size].Height / 4)
                    + (size * SmallCost * area)
                    + (i >= corners.Length - FrameCorners ? CornerCost * area : 0);
                float compared = index == before ? found - (KeepGain * area) : found;
                if (compared < lowest)
                {
                    (lowest, cost, best, place) = (compared, found, index, candidate);
                }
            }
        }

        if (best < 0 || cost > (before < 0 ? MaxCost : MaxKeptCost) * area)
        {
            kept.Remove(track);
            return null;
        }

        kept[track] = best;
        return place;
    }

    /// <summary>Forgets the tracks that are not in the frame.</summary>
    public void Forget(IReadOnlyList<FilmFace> faces)
    {
        if (kept.Count > faces.Count)
        {
            var there = faces.Select(f => f.Track).ToHashSet();
            foreach (int track in kept.Keys.Where(t => !there.Contains(t)).ToList())
            {
                kept.Remove(track);
            }
        }
    }

    /// <summary>The upper left corners of the places, in the order of preference.</summary>
    private SKPoint[] Corners(SKRect box, SKRect label, SKSize size)
    {
        // Where the label is below or above the box, the chart is beyond it.
        float below = label.Top >= box.Bottom ? label.Bottom : box.Bottom,
            above = label.Bottom <= box.Top ? label.Top : box.Top,
            middle = box.MidX - (size.Width / 2);
        return
        [
            new SKPoint(middle, below + gap),
            new SKPoint(middle, above - gap - size.Height),
            new SKPoint(box.Right + gap, box.Top),
            new SKPoint(box.Left - gap - size.Width, box.Top),
            new SKPoint(box.Right + gap, box.Bottom - size.Height),
            new SKPoint(box.Left - gap - size.Width, box.Bottom - size.Height),
            new SKPoint(middle, box.Bottom - gap - size.Height), // inside the box
            new SKPoint(width - size.Width - gap, height - size.Height - gap),
            new SKPoint(gap, gap),
            new SKPoint(width - size.Width - gap, gap),
            new SKPoint(gap, height - size.Height - gap),
        ];
    }

    private static float Covered(SKRect place, int own, IReadOnlyList<SKRect> boxes, IReadOnlyList<SKRect> taken)
    {
        float cost = 0;
        for (int i = 0; i < boxes.Count; i++)
        {
            cost += (i == own ? OwnCost : FaceCost) * Shared(place, boxes[i]);
        }

        foreach (SKRect other in taken)
        {
            cost += TakenCost * Shared(place, other);
        }

        return cost;
    }

    private static float Moved(SKRect place, SKPoint wanted) =>
        MathF.Abs(place.Left - wanted.X) + MathF.Abs(place.Top - wanted.Y);

    private static float Shared(SKRect a, SKRect b)
    {
        float width = MathF.Min(a.Right, b.Right) - MathF.Max(a.Left, b.Left),
            height = MathF.Min(a.Bottom, b.Bottom) - MathF.Max(a.Top, b.Top);
        return width > 0 && height > 0 ? width * height : 0;
    }
}
