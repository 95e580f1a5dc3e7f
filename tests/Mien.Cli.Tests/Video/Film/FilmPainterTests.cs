using SkiaSharp;

namespace Mien.Cli.Tests;

/// <summary>What is drawn on a frame of a film.</summary>
public sealed class FilmPainterTests
{
    private const byte Gray = 110;

    [Fact]
    public void A_box_is_thinner_in_a_frame_that_was_not_analysed()
    {
        (int Left, int Right, int Pixels) found = Row(Face(1, new FaceBox(200, 120, 160, 160)), 200)!.Value,
            between = Row(Face(1, new FaceBox(200, 120, 160, 160)) with { IsAnalysed = false }, 200)!.Value;

        Assert.InRange(found.Left, 198, 202);
        Assert.InRange(found.Right, 357, 362);
        Assert.InRange(between.Left, 198, 202);
        Assert.InRange(between.Right, 357, 362);
        Assert.True(found.Pixels > between.Pixels, $"{found.Pixels} and {between.Pixels} pixels");
        Assert.InRange(between.Pixels, 2, 6);
    }

    [Fact]
    public void An_uncertain_face_has_a_dashed_box_and_another_label()
    {
        FilmFace face = Face(1, new FaceBox(200, 120, 160, 160));
        byte[] certain = Draw(640, 360, face),
            uncertain = Draw(640, 360, face with { IsUncertain = true });

        Assert.NotEqual(certain, uncertain);
        // The coloured pixels of the upper edge, without its rounded corners.
        Assert.True(Coloured(certain) > 1.3 * Coloured(uncertain), $"{Coloured(certain)}, {Coloured(uncertain)}");

        static int Coloured(byte[] pixels) =>
            Enumerable.Range(135, 130).Count(y => IsColoured(pixels, ((y * 640) + 200) * 4));
    }

    [Fact]
    public void The_chart_is_below_the_box_and_shows_the_past()
    {
        FilmFace face = Face(1, new FaceBox(240, 60, 120, 120));
        var history = new List<FilmPoint>();
        for (int i = 0; i <= 20; i++)
        {
            history.Add(
                new FilmPoint(TimeSpan.FromSeconds(5 + (i * 0.25)), [.. Scores(i < 10 ? 0 : 3)], IsAfterGap: i == 0)
            );
        }

        byte[] without = Draw(640, 360, face with { History = [history[^1]] }),
            with = Draw(640, 360, face with { History = history });
        IReadOnlyList<(int X, int Y)> changed =
        [
            .. Enumerable
                .Range(0, 640 * 360)
                .Where(i => DrawnBox.IsDrawn(without, with, i))
                .Select(i => (i % 640, i / 640)),
        ];

        Check.NotEmpty(changed);
        Check.All(changed, p => Assert.InRange(p.Y, 180, 235));
        Check.All(changed, p => Assert.InRange(p.X, 240, 360));

        // Anger was the most probable label in the first half, so its line is at the top there, and not later.
        SKColor anger = LabelStyle.Of(Expressions.Names)[0].Skia;
        List<int> high = [.. changed.Where(p => p.Y < 195 && Near(with, (p.Y * 640) + p.X, anger)).Select(p => p.X)];
        Check.NotEmpty(high);
        Assert.True(high.Max() < 310, $"up to {high.Max()}");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 300)]
    [InlineData(16, 16)]
    [InlineData(48, 48)]
    [InlineData(64, 36)]
    [InlineData(120, 160)]
    [InlineData(320, 240)]
    [InlineData(360, 640)]
    [InlineData(1920, 1080)]
    public void Frames_of_any_size_are_drawn_on(int width, int height)
    {
        FilmFace[] faces =
        [
            Face(1, new FaceBox(0, 0, width, height)),
            Face(2, new FaceBox(-10, -10, 12, 12)),
            Face(3, new FaceBox(width - 3, height - 3, 40, 40)),
            Face(4, new FaceBox(width / 2f, 0, 0.5f, 0.5f)) with
            {
                IsAnalysed = false,
            },
            Face(100000, new FaceBox(width / 3f, height / 3f, width / 3f, height / 3f)) with
            {
                IsUncertain = true,
            },
        ];
        byte[] pixels = Draw(width, height, faces);

        Assert.Equal(width * height * 4, pixels.Length);
        Assert.DoesNotContain(Enumerable.Range(0, width * height), i => pixels[(i * 4) + 3] != 255);
        Assert.Equal(pixels, Draw(width, height, faces));
    }

    [Fact]
    public void Charts_stay_in_the_frame_and_off_labels_and_each_other()
    {
        var random = new Random(23);
        for (int run = 0; run < 200; run++)
        {
            int width = random.Next(60, 1300),
                height = random.Next(60, 800),
                count = random.Next(1, 6);
            float text = MathF.Max(11, FaceMarks.TextHeight(width, height));
            var places = new FilmChartPlaces(width, height, text);
            var frame = new SKRect(0, 0, width, height);
            SKRect[] boxes = [.. Enumerable.Range(0, count).Select(_ => Box(random, width, height))];
            SKRect[] labels = [.. boxes.Select(b => Label(b, text, frame))];
            var taken = new List<SKRect>(labels);
            for (int i = 0; i < count; i++)
            {
                if (places.Find(i + 1, i, boxes, labels[i], taken) is not { } place)
                {
                    continue;
                }

                Assert.True(frame.Contains(place), $"{place} in {width}×{height}");
                Check.All(
                    taken,
                    other =>
                    {
                        var shared = SKRect.Intersect(place, other);
                        Assert.True(
                            shared.Width <= 0
                                || shared.Height <= 0
                                || shared.Width * shared.Height < 0.2f * place.Width * place.Height,
                            $"{place} covers {other}"
                        );
                    }
                );
                taken.Add(place);
            }
        }
    }

    [Fact]
    public void Five_faces_in_a_row_have_five_charts()
    {
        var places = new FilmChartPlaces(640, 360, 11.4f);
        SKRect[] boxes = [.. Enumerable.Range(0, 5).Select(i => SKRect.Create(10 + (126 * i), 100, 100, 100))];
        SKRect[] labels = [.. boxes.Select(b => SKRect.Create(b.Left, b.Top - 20, 110, 17))];
        var taken = new List<SKRect>(labels);
        for (int i = 0; i < 5; i++)
        {
            SKRect? place = places.Find(i + 1, i, boxes, labels[i], taken);
            Assert.NotNull(place);
            Assert.InRange(place.Value.MidX, boxes[i].Left, boxes[i].Right);
            Check.All(taken, t => Assert.False(t.IntersectsWith(place.Value)));
            taken.Add(place.Value);
        }
    }

    [Fact]
    public void A_chart_does_not_jump_between_two_places()
    {
        // A trembling face moves down until there is no room below it.
        var places = new FilmChartPlaces(640, 346, 11.4f);
        var sides = new List<bool>();
        for (int i = 0; i < 126; i++)
        {
            var box = SKRect.Create(200, 100 + i + (i % 2 * 6), 120, 120);
            var label = SKRect.Create(200, box.Top - 20, 110, 17);
            SKRect? place = places.Find(1, 0, [box], label, [label]);
            Assert.NotNull(place);
            sides.Add(place.Value.MidY > box.MidY);
        }

        Assert.True(sides[0]);
        Assert.False(sides[^1]);
        Assert.Equal(1, sides.Zip(sides.Skip(1)).Count(p => p.First != p.Second));
    }

    [Fact]
    public void Time_and_legend_are_at_the_bottom_and_the_time_changes()
    {
        byte[] empty = Draw(640, 360),
            later = Draw(TimeSpan.FromSeconds(3723.5), 640, 360);
        List<int> rows =
        [
            .. Enumerable.Range(0, 640 * 360).Where(i => empty[i * 4] != Gray).Select(i => i / 640).Distinct(),
        ];

        Check.All(rows, y => Assert.InRange(y, 360 - 58, 359));
        Assert.NotEqual(empty, later);
        foreach (LabelStyle style in LabelStyle.Of(Expressions.Names))
        {
            Assert.Contains(Enumerable.Range(0, 640 * 360), i => Near(empty, i, style.Skia));
        }
    }

    [Fact]
    public void Labels_of_other_models_are_drawn_too()
    {
        string[] labels = [.. Enumerable.Range(0, 40).Select(i => $"label number {i}")];
        using var painter = new FilmPainter(640, 360, labels);
        float[] scores = [.. Enumerable.Range(0, 40).Select(i => i == 7 ? 0.61f : 0.01f)];
        using Photo photo = Frame(640, 360);
        painter.Draw(
            photo,
            TimeSpan.FromSeconds(1),
            [
                new FilmFace(
                    1,
                    new FaceBox(200, 100, 100, 100),
                    scores,
                    IsUncertain: false,
                    IsAnalysed: true,
                    [new FilmPoint(TimeSpan.Zero, scores, true), new FilmPoint(TimeSpan.FromSeconds(1), scores, false)]
                ),
            ]
        );

        Assert.True(DrawnBox.Count(Frame(640, 360).Rgba, photo.Rgba) > 1000);
    }

    private static (int Left, int Right, int Pixels)? Row(FilmFace face, int y)
    {
        using Photo source = Frame(640, 360);
        return DrawnBox.InRow(source.Rgba, Draw(640, 360, face), 640, y);
    }

    private static byte[] Draw(int width, int height, params FilmFace[] faces) =>
        Draw(TimeSpan.FromSeconds(10), width, height, faces);

    private static byte[] Draw(TimeSpan time, int width, int height, params FilmFace[] faces)
    {
        using var painter = new FilmPainter(width, height, Expressions.Names);
        using Photo photo = Frame(width, height);
        painter.Draw(photo, time, faces);
        return photo.Rgba.ToArray();
    }

    private static Photo Frame(int width, int height)
    {
        byte[] pixels = new byte[width * height];
        pixels.AsSpan().Fill(Gray);
        return Photo.FromPixels(pixels, width, height, PixelLayout.Gray);
    }

    private static FilmFace Face(int track, FaceBox box)
    {
        float[] scores = Scores((int)Expression.Happiness);
        return new FilmFace(
            track,
            box,
            scores,
            IsUncertain: false,
            IsAnalysed: true,
            [
                new FilmPoint(TimeSpan.FromSeconds(9), scores, true),
                new FilmPoint(TimeSpan.FromSeconds(10), scores, false),
            ]
        );
    }

    private static float[] Scores(int top) => [.. MadeFaces.Scores((Expression)top, 0.8f).Values];

    private static SKRect Box(Random random, int width, int height)
    {
        float side = (0.08f + (0.5f * random.NextSingle())) * Math.Min(width, height);
        return SKRect.Create((width - side) * random.NextSingle(), (height - side) * random.NextSingle(), side, side);
    }

    private static SKRect Label(SKRect box, float text, SKRect frame)
    {
        float width = MathF.Min(frame.Width, text * 9),
            height = text * 1.5f;
        return SKRect.Create(
            Math.Clamp(box.Left, 0, frame.Width - width),
            Math.Clamp(box.Top - height, 0, frame.Height - height),
            width,
            height
        );
    }

    private static bool IsColoured(byte[] pixels, int at) =>
        Math.Abs(pixels[at] - pixels[at + 2]) > DrawnBox.Drawn
        || Math.Abs(pixels[at] - pixels[at + 1]) > DrawnBox.Drawn;

    private static bool Near(byte[] pixels, int pixel, SKColor color) =>
        Math.Abs(pixels[pixel * 4] - color.Red) < 24
        && Math.Abs(pixels[(pixel * 4) + 1] - color.Green) < 24
        && Math.Abs(pixels[(pixel * 4) + 2] - color.Blue) < 24;
}
