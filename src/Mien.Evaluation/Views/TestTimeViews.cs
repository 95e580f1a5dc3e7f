namespace Mien.Evaluation;

/// <summary>
/// The views of test-time augmentation at the model's input size. A shift moves the image by a sixteenth of its side (3
/// pixels for 48, rounded, at least 1); uncovered pixels repeat the edge. Thread-safe.
/// </summary>
internal static class TestTimeViews
{
    /// <summary>
    /// Lists the views of a kind, the unchanged image first. <see cref="TestTimeAugmentation.FlipAndShift"/>: no shift,
    /// then up left, up right, down left, down right, and then the mirror images of these five.
    /// </summary>
    /// <param name="augmentation">The kind.</param>
    /// <param name="width">Width of the images in pixels, at least 1.</param>
    /// <param name="height">Height of the images in pixels, at least 1.</param>
    /// <returns>1, 2 or 10 views.</returns>
    public static IReadOnlyList<TestTimeView> Of(TestTimeAugmentation augmentation, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        int dx = Math.Max(1, (width + 8) / 16);
        int dy = Math.Max(1, (height + 8) / 16);
        TestTimeView[] upright = augmentation switch
        {
            TestTimeAugmentation.None or TestTimeAugmentation.Flip => [default],
            TestTimeAugmentation.FlipAndShift =>
            [
                default,
                new(-dx, -dy, false),
                new(dx, -dy, false),
                new(-dx, dy, false),
                new(dx, dy, false),
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(augmentation)),
        };
        return augmentation == TestTimeAugmentation.None
            ? upright
            : [.. upright, .. upright.Select(v => v with { Flip = true })];
    }

    /// <summary>Renders one view of one image.</summary>
    /// <param name="image">height × width gray bytes.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="view">The view.</param>
    /// <param name="destination">
    /// height × width bytes, written in full; must not overlap <paramref name="image"/>.
    /// </param>
    /// <exception cref="ArgumentException">A span has another length than height × width.</exception>
    public static void Render(
        ReadOnlySpan<byte> image,
        int width,
        int height,
        TestTimeView view,
        Span<byte> destination
    )
    {
        if (image.Length != width * height || destination.Length != image.Length)
        {
            throw new ArgumentException(
                $"An image of {width}×{height} has {width * height} bytes; found {image.Length} "
                    + $"and {destination.Length}.",
                nameof(image)
            );
        }

        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> from = image.Slice(Math.Clamp(y - view.ShiftY, 0, height - 1) * width, width);
            Span<byte> to = destination.Slice(y * width, width);
            for (int x = 0; x < width; x++)
            {
                to[x] = from[Math.Clamp(x - view.ShiftX, 0, width - 1)];
            }

            if (view.Flip)
            {
                to.Reverse();
            }
        }
    }
}
