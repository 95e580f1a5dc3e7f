namespace Mien;

/// <summary>A part of a photo that a detector runs on, in decoded pixels; it may reach beyond the photo.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
/// <param name="Angle">
/// The angle, in degrees clockwise, of the faces that the tile shows upright; 0 is as in the photo.
/// </param>
internal readonly record struct Tile(int X, int Y, int Width, int Height, int Angle = 0);

/// <summary>Computes the tiles of a photo. Thread-safe.</summary>
internal static class TilePlan
{
    /// <summary>
    /// The size of the smallest face that the back model detects with a recall of 80 %, as a share of the tile's side
    /// (docs/detection.md). The front model needs twice that, because its input is half as large. The full model needs
    /// about as much at a minimum score of 0.6.
    /// </summary>
    public const float SmallestShare = 0.065f;

    /// <summary>
    /// The side of the tiles of a level as a share of that of the previous level; level 0 is the whole photo, with its
    /// longer side.
    /// </summary>
    public const float LevelShare = 0.55f;

    /// <summary>
    /// The minimum overlap of neighbouring tiles as a share of a tile's side. It is one and a half times the smallest
    /// face of the previous level (0.065 / 0.55 = 0.118), so that every face that the previous level misses lies
    /// completely inside one tile, with some margin.
    /// </summary>
    public const float Overlap = 0.18f;

    // Thresholds in pixels for the smallest face found so far. Auto adds a first level for all but small images,
    // because it is cheap, and a second one only if the first would miss faces of twice the size of FER2013's images
    // (96 pixels).
    private const float FirstAutoReach = 40;
    private const float SecondAutoReach = 96;
    private const float AllReach = 24;

    /// <summary>The maximum number of runs of <see cref="Tiling.All"/>, the whole photo included.</summary>
    public const int MaxRuns = 1000;

    /// <summary>
    /// The maximum number of runs, the whole photo included, up to which <see cref="Tiling.Auto"/> adds a third and
    /// further levels.
    /// </summary>
    public const int MaxAutoRuns = 32;

    /// <summary>
    /// Gets the size of the smallest face that a detector finds reliably, as a share of the tile's side.
    /// </summary>
    public static float SmallestShareOf(DetectorModel detector) =>
        detector == DetectorModel.Front ? 2 * SmallestShare : SmallestShare;

    /// <summary>Computes the number of tile levels besides the whole photo.</summary>
    /// <param name="width">Width of the photo in full resolution, in pixels.</param>
    /// <param name="height">Height of the photo in full resolution, in pixels.</param>
    /// <param name="tiles">The tiling mode.</param>
    /// <param name="detector">The detector.</param>
    public static int Levels(int width, int height, Tiling tiles, DetectorModel detector = DetectorModel.Back)
    {
        float smallest = Math.Max(width, height) * SmallestShareOf(detector);
        int levels = 0;
        switch (tiles)
        {
            case Tiling.None:
                break;
            case Tiling.Auto:
                for (; smallest >= (levels == 0 ? FirstAutoReach : SecondAutoReach); smallest *= LevelShare)
                {
                    // A long picture has few tiles a level, so it may have more than two levels.
                    if (levels >= 2 && Tiles(width, height, levels + 1).Count > MaxAutoRuns)
                    {
                        break;
                    }

                    levels++;
                }

                break;
            default:
                while (smallest >= AllReach && Tiles(width, height, levels + 1).Count <= MaxRuns)
                {
                    smallest *= LevelShare;
                    levels++;
                }

                break;
        }

        return levels;
    }

    /// <summary>
    /// Computes the resolution that decoding must keep, as pixels of the longer side: the smallest face that the
    /// detector finds still has two pixels per pixel of the network's input. Higher resolution does not improve the
    /// crops.
    /// </summary>
    /// <param name="width">Width of the photo in full resolution, in pixels.</param>
    /// <param name="height">Height of the photo in full resolution, in pixels.</param>
    /// <param name="tiles">The tiling mode.</param>
    /// <param name="networkSide">The longer side of the expression network's input, in pixels.</param>
    /// <param name="detector">The detector.</param>
    public static float NeededSide(
        int width,
        int height,
        Tiling tiles,
        int networkSide,
        DetectorModel detector = DetectorModel.Back
    ) => 2 * networkSide / (SmallestShareOf(detector) * MathF.Pow(LevelShare, Levels(width, height, tiles, detector)));

    /// <summary>Lists the whole image and then the tiles, level by level and row by row.</summary>
    /// <param name="width">Width of the decoded pixels.</param>
    /// <param name="height">Height of the decoded pixels.</param>
    /// <param name="levels">The number of tile levels besides the whole image.</param>
    public static List<Tile> Tiles(int width, int height, int levels)
    {
        List<Tile> plan = [new(0, 0, width, height)];
        float side = Math.Max(width, height);
        for (int level = 1; level <= levels; level++)
        {
            side *= LevelShare;
            if (side * SmallestShare > Math.Min(width, height))
            {
                // The smallest face that this level could find is larger than the picture is high.
                continue;
            }

            int size = Math.Max(1, (int)MathF.Round(side));
            foreach ((int y, int rows) in Starts(height, size))
            {
                foreach ((int x, int columns) in Starts(width, size))
                {
                    plan.Add(new Tile(x, y, columns, rows));
                }
            }
        }

        return plan;
    }

    /// <summary>Computes the starts and lengths of the tiles of one level along a side, evenly spaced.</summary>
    private static IEnumerable<(int Start, int Length)> Starts(int length, int size)
    {
        if (length <= size)
        {
            return [(0, length)];
        }

        // The tolerance of 0.01 keeps rounding from adding another tile.
        int count = 1 + (int)MathF.Ceiling(((length - size) / (size * (1 - Overlap))) - 0.01f);
        return Enumerable
            .Range(0, count)
            .Select(i => ((int)MathF.Round((float)i * (length - size) / (count - 1)), size));
    }
}
