namespace Mien;

/// <summary>A part of the photo that the detector looks at, in decoded pixels.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Upper edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
internal readonly record struct Tile(int X, int Y, int Width, int Height);

/// <summary>Which parts of a photo the detector looks at.</summary>
internal static class TilePlan
{
    /// <summary>
    /// The smallest face that the back model finds four times out of five, as a share of the side of what it looks at
    /// (docs/detection.md). For the front model, whose input is half as large, it is twice that.
    /// </summary>
    public const float SmallestShare = 0.065f;

    /// <summary>
    /// The side of a level's tiles as a share of the level before; the first level is the whole photo's longer side.
    /// </summary>
    public const float LevelShare = 0.55f;

    /// <summary>
    /// Neighbouring tiles share at least so much of a tile's side: one and a half times the smallest face of the level
    /// before (0.065 / 0.55 = 0.118), so that every face that the level before misses lies whole in one tile, with some
    /// room.
    /// </summary>
    public const float Overlap = 0.18f;

    // Auto: a first level for all but small pictures, for it costs little; a second one only where the first leaves out
    // faces of twice the size of FER2013's pictures.
    private const float FirstAutoReach = 40;
    private const float SecondAutoReach = 96;
    private const float AllReach = 24;

    /// <summary>The smallest face that a detector finds reliably, as a share of the side of what it looks at.</summary>
    public static float SmallestShareOf(DetectorModel detector) =>
        detector == DetectorModel.Front ? 2 * SmallestShare : SmallestShare;

    /// <summary>The levels of tiles besides the whole photo.</summary>
    /// <param name="longerSide">The photo's longer side in its full size, in pixels.</param>
    /// <param name="tiles">None, auto or all.</param>
    /// <param name="detector">Which network looks.</param>
    public static int Levels(int longerSide, Tiling tiles, DetectorModel detector = DetectorModel.Back)
    {
        float smallest = longerSide * SmallestShareOf(detector);
        switch (tiles)
        {
            case Tiling.None:
                return 0;
            case Tiling.Auto:
                return smallest < FirstAutoReach ? 0
                    : smallest * LevelShare < SecondAutoReach ? 1
                    : 2;
            default:
                int levels = 0;
                for (; smallest >= AllReach; smallest *= LevelShare)
                {
                    levels++;
                }

                return levels;
        }
    }

    /// <summary>
    /// So many pixels the longer side needs so that the smallest face that is found still has two pixels for each of
    /// the network's; more lose nothing when they are left out.
    /// </summary>
    /// <param name="longerSide">The photo's longer side in its full size, in pixels.</param>
    /// <param name="tiles">None, auto or all.</param>
    /// <param name="networkSide">The longer side of the network's input, in pixels.</param>
    /// <param name="detector">Which network looks.</param>
    public static float NeededSide(
        int longerSide,
        Tiling tiles,
        int networkSide,
        DetectorModel detector = DetectorModel.Back
    ) => 2 * networkSide / (SmallestShareOf(detector) * MathF.Pow(LevelShare, Levels(longerSide, tiles, detector)));

    /// <summary>The whole picture and then the tiles, level by level, row by row.</summary>
    /// <param name="width">Width of the decoded pixels.</param>
    /// <param name="height">Height of the decoded pixels.</param>
    /// <param name="levels">Levels of tiles besides the whole.</param>
    public static List<Tile> Tiles(int width, int height, int levels)
    {
        List<Tile> plan = [new(0, 0, width, height)];
        float side = Math.Max(width, height);
        for (int level = 1; level <= levels; level++)
        {
            side *= LevelShare;
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

    /// <summary>Where the tiles of one level begin along a side, evenly spread, and how long they are.</summary>
    private static IEnumerable<(int Start, int Length)> Starts(int length, int size)
    {
        if (length <= size)
        {
            return [(0, length)];
        }

        // A hair less than the overlap is enough: rounding must not double the number of tiles.
        int count = 1 + (int)MathF.Ceiling(((length - size) / (size * (1 - Overlap))) - 0.01f);
        return Enumerable
            .Range(0, count)
            .Select(i => ((int)MathF.Round((float)i * (length - size) / (count - 1)), size));
    }
}
