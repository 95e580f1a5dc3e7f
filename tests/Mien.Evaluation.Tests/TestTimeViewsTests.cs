namespace Mien.Evaluation.Tests;

public class TestTimeViewsTests
{
    // 3 wide, 2 high.
    private static readonly byte[] Image = [1, 2, 3, 4, 5, 6];

    [Theory]
    [InlineData(0, 0, false, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(0, 0, true, new byte[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData(1, 0, false, new byte[] { 1, 1, 2, 4, 4, 5 })]
    [InlineData(-1, 0, false, new byte[] { 2, 3, 3, 5, 6, 6 })]
    [InlineData(0, 1, false, new byte[] { 1, 2, 3, 1, 2, 3 })]
    [InlineData(0, -1, false, new byte[] { 4, 5, 6, 4, 5, 6 })]
    [InlineData(1, 1, true, new byte[] { 2, 1, 1, 2, 1, 1 })]
    [InlineData(-9, 9, false, new byte[] { 3, 3, 3, 3, 3, 3 })]
    public void A_view_is_shifted_with_its_edge_repeated_and_then_mirrored(int dx, int dy, bool flip, byte[] expected)
    {
        byte[] drawn = new byte[6];
        TestTimeViews.Render(Image, 3, 2, new TestTimeView(dx, dy, flip), drawn);

        Assert.Equal(expected, drawn);
    }

    [Fact]
    public void Without_augmentation_there_is_the_image_alone() =>
        Assert.Equal([default(TestTimeView)], TestTimeViews.Of(TestTimeAugmentation.None, 48, 48));

    [Fact]
    public void Flip_adds_the_mirror_image() =>
        Assert.Equal([default, new TestTimeView(0, 0, true)], TestTimeViews.Of(TestTimeAugmentation.Flip, 48, 48));

    [Fact]
    public void Flip_and_shift_has_five_shifts_and_their_mirror_images()
    {
        IReadOnlyList<TestTimeView> views = TestTimeViews.Of(TestTimeAugmentation.FlipAndShift, 48, 40);

        Assert.Equal(
            [default, new(-3, -3, false), new(3, -3, false), new(-3, 3, false), new(3, 3, false)],
            views.Take(5)
        );
        Assert.Equal(views.Take(5).Select(v => v with { Flip = true }), views.Skip(5));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 1)]
    [InlineData(24, 2)]
    [InlineData(48, 3)]
    [InlineData(64, 4)]
    public void Shifts_are_a_sixteenth_of_the_side(int side, int shift) =>
        Assert.Equal(
            new TestTimeView(shift, shift, false),
            TestTimeViews.Of(TestTimeAugmentation.FlipAndShift, side, side)[4]
        );

    [Fact]
    public void Spans_of_another_size_are_rejected()
    {
        Assert.Throws<ArgumentException>(() => TestTimeViews.Render(Image, 2, 2, default, new byte[6]));
        Assert.Throws<ArgumentException>(() => TestTimeViews.Render(Image, 3, 2, default, new byte[5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TestTimeViews.Of((TestTimeAugmentation)9, 3, 2));
    }
}
