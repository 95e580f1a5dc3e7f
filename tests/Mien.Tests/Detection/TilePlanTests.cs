namespace Mien.Tests;

public sealed class TilePlanTests
{
    public static TheoryData<int, int> Sizes =>
        new()
        {
            { 640, 480 },
            { 1280, 853 },
            { 1920, 1280 },
            { 4000, 3000 },
            { 3000, 4000 },
            { 6000, 500 },
            { 1001, 999 },
            { 500, 9000 },
            { 2600, 2600 },
        };

    [Theory]
    [InlineData(615, Tiling.Auto, DetectorModel.Back, 0)] // the smallest face is under 40 pixels
    [InlineData(616, Tiling.Auto, DetectorModel.Back, 1)]
    [InlineData(1920, Tiling.Auto, DetectorModel.Back, 1)]
    [InlineData(2685, Tiling.Auto, DetectorModel.Back, 1)]
    [InlineData(2686, Tiling.Auto, DetectorModel.Back, 2)]
    [InlineData(20000, Tiling.Auto, DetectorModel.Back, 2)] // the maximum
    [InlineData(369, Tiling.All, DetectorModel.Back, 0)]
    [InlineData(1920, Tiling.All, DetectorModel.Back, 3)]
    [InlineData(4000, Tiling.All, DetectorModel.Back, 4)]
    [InlineData(4000, Tiling.None, DetectorModel.Back, 0)]
    [InlineData(615, Tiling.Auto, DetectorModel.Full, 0)]
    [InlineData(616, Tiling.Auto, DetectorModel.Full, 1)]
    [InlineData(307, Tiling.Auto, DetectorModel.Front, 0)] // needs faces of twice the size
    [InlineData(308, Tiling.Auto, DetectorModel.Front, 1)]
    [InlineData(1920, Tiling.Auto, DetectorModel.Front, 2)]
    public void Levels_depend_on_the_longer_side(int side, Tiling tiles, DetectorModel detector, int levels) =>
        Assert.Equal(levels, TilePlan.Levels(side, side * 3 / 4, tiles, detector));

    [Theory]
    [InlineData(12000, 400, 27)] // the first two levels have no tiles: no face can be that large
    [InlineData(400, 12000, 27)]
    [InlineData(65000, 1, 1)]
    [InlineData(65000, 65000, 21)]
    public void A_long_photo_has_more_levels_and_no_photo_more_runs_than_the_maximum(int width, int height, int runs)
    {
        Assert.Equal(runs, TilePlan.Tiles(width, height, TilePlan.Levels(width, height, Tiling.Auto)).Count);
        Assert.InRange(runs, 1, TilePlan.MaxAutoRuns);
        Assert.InRange(
            TilePlan.Tiles(width, height, TilePlan.Levels(width, height, Tiling.All)).Count,
            1,
            TilePlan.MaxRuns
        );
    }

    [Fact]
    public void The_number_of_runs_for_common_photo_sizes()
    {
        Assert.Single(TilePlan.Tiles(1920, 1280, 0));
        Assert.Equal(1 + 4, TilePlan.Tiles(1920, 1280, TilePlan.Levels(1920, 1280, Tiling.Auto)).Count);
        Assert.Equal(TilePlan.Tiles(4000, 3000, 2).Count, TilePlan.Tiles(3000, 4000, 2).Count);
        Assert.Equal(1 + 4 + 12, TilePlan.Tiles(4000, 3000, TilePlan.Levels(4000, 3000, Tiling.Auto)).Count);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Tiles_are_inside_the_photo_and_square_if_it_is_large_enough(int width, int height)
    {
        int levels = TilePlan.Levels(width, height, Tiling.All);
        List<Tile> tiles = TilePlan.Tiles(width, height, levels);

        Assert.Equal(new Tile(0, 0, width, height), tiles[0]);
        Assert.Equal(tiles.Count, tiles.Distinct().Count());
        Check.All(
            tiles,
            t =>
                Assert.True(
                    t.X >= 0
                        && t.Y >= 0
                        && t.Width > 0
                        && t.Height > 0
                        && t.X + t.Width <= width
                        && t.Y + t.Height <= height,
                    t.ToString()
                )
        );
        Check.All(
            tiles.Skip(1),
            t =>
                Assert.True(
                    Level(width, height, t, levels) > 0
                        && (t.Width == t.Height || t.Width == width || t.Height == height),
                    t.ToString()
                )
        );
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_face_that_a_level_misses_is_completely_inside_a_tile_of_the_next_level(int width, int height)
    {
        int longer = Math.Max(width, height);
        int levels = TilePlan.Levels(width, height, Tiling.All);
        List<Tile> all = TilePlan.Tiles(width, height, levels);
        double before = longer;
        for (int level = 1; level <= levels; level++)
        {
            Tile[] tiles = [.. all.Where(t => Level(width, height, t, levels) == level)];

            // The smallest face that the previous level finds, plus the margin in which a box counts as cut off.
            double face = TilePlan.SmallestShare * before * 1.04;
            double step = face / 3;
            for (double y = 0; y + face <= height; y += step)
            {
                for (double x = 0; x + face <= width; x += step)
                {
                    Assert.True(
                        tiles.Any(t => x >= t.X && y >= t.Y && x + face <= t.X + t.Width && y + face <= t.Y + t.Height),
                        $"level {level}: a face at {x:0}, {y:0} of {face:0} is cut off in every tile"
                    );
                }
            }

            before *= TilePlan.LevelShare;
        }
    }

    [Theory]
    [InlineData(1920, Tiling.None, DetectorModel.Back, 1477)] // a face of 0.065, 96 pixels, for a network of 48
    [InlineData(4000, Tiling.None, DetectorModel.Back, 1477)]
    [InlineData(4000, Tiling.None, DetectorModel.Front, 738)]
    [InlineData(1920, Tiling.Auto, DetectorModel.Back, 2685)]
    [InlineData(4000, Tiling.Auto, DetectorModel.Back, 4882)]
    public void The_needed_resolution_has_two_pixels_per_network_pixel_for_the_smallest_face(
        int side,
        Tiling tiles,
        DetectorModel detector,
        int needed
    ) => Assert.Equal(needed, TilePlan.NeededSide(side, side * 3 / 4, tiles, 48, detector), 1.0);

    /// <summary>
    /// Gets the level of a tile from its longer side, which is rounded to pixels; 0 if there is none.
    /// </summary>
    private static int Level(int width, int height, Tile tile, int levels) =>
        Enumerable
            .Range(1, levels)
            .FirstOrDefault(l =>
                Math.Abs(
                    (Math.Max(width, height) * Math.Pow(TilePlan.LevelShare, l)) - Math.Max(tile.Width, tile.Height)
                ) <= 0.51
            );
}
