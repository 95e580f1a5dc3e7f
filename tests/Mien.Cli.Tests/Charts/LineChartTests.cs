using System.Globalization;
using System.Xml.Linq;
using Mien.CommandLine;
using SkiaSharp;

namespace Mien.Cli.Tests;

public class LineChartTests
{
    private static readonly SKColor Blue = ChartSeries.Palette[0];
    private static readonly SKColor Orange = ChartSeries.Palette[1];

    private static readonly LineChart Chart = new()
    {
        Title = "Happiness over time",
        X = new()
        {
            Label = "seconds",
            From = 0,
            To = 10,
        },
        Y = new()
        {
            Label = "probability",
            From = 0,
            To = 1,
        },
        Series = [new("first face", [(0, 0.5), (10, 0.5)]), new("second face", [(0, 0.25), (10, 0.75)])],
    };

    [Fact]
    public void Lines_are_drawn_at_their_values_and_nowhere_else()
    {
        using SKBitmap picture = Picture(Chart);
        SKRectI plot = Plot(picture);

        // The line of the first face is horizontal in the middle of the plot.
        int middle = (plot.Top + plot.Bottom) / 2;
        for (int x = plot.Left + 3; x < plot.Right - 3; x += 20)
        {
            Assert.Contains(Column(picture, x), p => p.Y > plot.Top && (Near(p.Color, Blue) || Near(p.Color, Orange)));
            Check.All(
                Column(picture, x).Where(p => p.Y > plot.Top),
                p => Assert.True(!Near(p.Color, Blue) || Math.Abs(p.Y - middle) <= 3, $"{x}, {p.Y} is blue")
            );
        }

        // The second one rises from a quarter to three quarters.
        Assert.InRange(HeightOf(picture, plot, plot.Left + 4, Orange), 0.24, 0.28);
        Assert.InRange(HeightOf(picture, plot, plot.Right - 4, Orange), 0.72, 0.76);
    }

    [Fact]
    public void A_default_range_contains_all_values_and_a_given_range_clips_lines()
    {
        LineChart own = Chart with { X = new(), Y = new(), Series = [new(null, [(-3, -700), (4, 900)])] };
        using SKBitmap whole = Picture(own);
        SKRectI plot = Plot(whole);
        Assert.InRange(HeightOf(whole, plot, plot.Left + (int)(plot.Width * 0.05), Blue), 0.03, 0.08);
        Assert.InRange(HeightOf(whole, plot, plot.Right - (int)(plot.Width * 0.05), Blue), 0.92, 0.97);

        using SKBitmap cut = Picture(
            own with
            {
                X = new() { From = 0, To = 1 },
                Y = new() { From = 0, To = 1 },
                Series = [new(null, [(-3, 0.5), (0.5, 0.5), (0.5, 9000)]) { Marker = ChartMarker.LargeDot }],
            }
        );
        plot = Plot(cut);
        int colored = 0;
        for (int y = 0; y < cut.Height; y++)
        {
            for (int x = 0; x < cut.Width; x++)
            {
                if (Near(cut.GetPixel(x, y), Blue))
                {
                    colored++;
                    Assert.InRange(x, plot.Left - 2, plot.Left + (plot.Width / 2) + 8);
                    Assert.InRange(y, plot.Top - 2, plot.Top + (plot.Height / 2) + 8);
                }
            }
        }

        Assert.True(colored > plot.Width / 2, "the part inside is drawn");
    }

    [Fact]
    public void A_value_that_is_not_finite_leaves_a_gap()
    {
        LineChart gap = Chart with { Series = [new(null, [(0, 0.5), (4, 0.5), (5, double.NaN), (6, 0.5), (10, 0.5)])] };
        using SKBitmap picture = Picture(gap);
        SKRectI plot = Plot(picture);

        Assert.Contains(Column(picture, At(0.2)), p => Near(p.Color, Blue));
        Assert.DoesNotContain(Column(picture, At(0.5)), p => Near(p.Color, Blue));
        Assert.Contains(Column(picture, At(0.8)), p => Near(p.Color, Blue));

        int At(double share) => plot.Left + (int)(share * plot.Width);
    }

    [Fact]
    public void The_SVG_has_one_path_per_line_and_its_labels_as_text()
    {
        XElement svg = XElement.Parse(Chart.ToSvg(640, 400));
        XNamespace ns = "http://www.w3.org/2000/svg";
        string[] texts = [.. svg.Descendants(ns + "text").Select(t => t.Value.Trim())];

        Assert.Equal(("640", "400"), ((string)svg.Attribute("width")!, (string)svg.Attribute("height")!));
        Assert.Superset(
            new HashSet<string> { "Happiness over time", "seconds", "probability", "first face", "second face", "0.4" },
            texts.ToHashSet()
        );
        Check.All(
            svg.Descendants(ns + "text"),
            t => Assert.Contains("DejaVu Sans", (string)t.Attribute("font-family")!, StringComparison.Ordinal)
        );

        // Each line is drawn twice: in the legend and in the plot.
        Assert.Equal(2, Strokes(svg, Blue));
        Assert.Equal(2, Strokes(svg, Orange));
        Assert.Equal(0, Strokes(svg, ChartSeries.Palette[2]));
    }

    [Fact]
    public void Each_series_has_a_colour_of_its_own_and_further_ones_are_dashed()
    {
        Assert.Equal(ChartSeries.Palette.Count, ChartSeries.Palette.Distinct().Count());
        ChartSeries[] many = [.. Enumerable.Range(0, 8).Select(i => new ChartSeries($"s{i}", [(0, i), (1, i)]))];
        using SKBitmap picture = Picture(new LineChart { Series = many });
        SKRectI plot = Plot(picture);

        // The eighth line is the highest. It has the colour of the first one and is dashed.
        bool[] first = Row(0, Blue);
        bool[] eighth = Row(7, Blue);
        Assert.DoesNotContain(false, first);
        Assert.Contains(true, eighth);
        Assert.Contains(false, eighth);

        bool[] Row(double value, SKColor color)
        {
            int y = plot.Bottom - (int)(value / 7.28 * plot.Height);
            int left = plot.Left + (int)(plot.Width * 0.1);
            return
            [
                .. Enumerable
                    .Range(left, plot.Width / 2)
                    .Select(x => Enumerable.Range(y - 2, 4).Any(v => Near(picture.GetPixel(x, v), color))),
            ];
        }
    }

    [Theory]
    [InlineData("none")]
    [InlineData("no points")]
    [InlineData("one point", 3.0)]
    [InlineData("equal values", 5.0, 5.0, 5.0)]
    [InlineData("zeros", 0.0, 0.0)]
    [InlineData("nothing finite", double.NaN, double.PositiveInfinity)]
    [InlineData("equal but for rounding", 0.1, 0.10000000000000002)]
    [InlineData("huge", -1e300, 1e300)]
    [InlineData("tiny", 1e-300, 2e-300)]
    public void Little_or_odd_data_is_drawn_with_axes(string what, params double[] values)
    {
        ChartSeries[] series = what == "none" ? [] : [new(what, [.. values.Select((v, i) => ((double)i, v))])];
        var chart = new LineChart { Title = what, Series = series };
        string svg = chart.ToSvg(300, 200);

        Assert.InRange(XElement.Parse(svg).Descendants().Count(e => e.Name.LocalName == "text"), 5, 40);
        Assert.DoesNotContain("nan", svg, StringComparison.OrdinalIgnoreCase);
        using SKBitmap picture = Picture(chart);
        bool drawn = values.Any(double.IsFinite);
        SKRectI plot = Plot(picture);
        Assert.Equal(
            drawn,
            Enumerable
                .Range(plot.Left, plot.Width)
                .Any(x => Column(picture, x).Any(p => p.Y > 60 && Near(p.Color, Blue)))
        );
    }

    [Theory]
    [InlineData(0, 1, false, 5, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0, 100, false, 4, "0 50 100")]
    [InlineData(0, 25_000, false, 5, "0 5,000 10,000 15,000 20,000 25,000")]
    [InlineData(0.5, 3.5, true, 8, "1 2 3")]
    [InlineData(0, 0.0011, false, 5, "0.0000 0.0005 0.0010")]
    [InlineData(-0.3, 0.3, false, 6, "-0.3 -0.2 -0.1 0.0 0.1 0.2 0.3")]
    [InlineData(0, 3e-8, false, 3, "0e0 1e-8 2e-8 3e-8")]
    public void Ticks_are_round_numbers(double from, double to, bool whole, int about, string expected)
    {
        ChartScale scale = ChartScale.Of(
            new ChartAxis
            {
                From = from,
                To = to,
                WholeNumbers = whole,
            },
            [],
            about
        );

        Assert.Equal(expected, string.Join(' ', scale.Ticks.Select(t => t.Text)));
    }

    [Fact]
    public void Ticks_can_have_custom_texts()
    {
        LineChart chart = Chart with { X = Chart.X with { Ticks = [(0, "as is"), (5, "half"), (20, "outside")] } };
        string svg = chart.ToSvg(640, 400);

        Assert.Contains("as is", svg, StringComparison.Ordinal);
        Assert.Contains("half", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("outside", svg, StringComparison.Ordinal);
        Assert.Contains(
            "probability",
            (chart with { X = new() { Ticks = [] } }).ToSvg(640, 400),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(2.0, 1.0)]
    [InlineData(0.0, double.NaN)]
    [InlineData(double.NegativeInfinity, 1.0)]
    public void An_axis_with_an_invalid_range_is_refused(double from, double to)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            ChartScale.Of(new ChartAxis { From = from, To = to }, [1], 5)
        );

        Assert.Contains("expected a range", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_legend_names_are_truncated_and_many_wrap_to_more_rows()
    {
        string name = new('w', 200);
        LineChart chart = Chart with
        {
            Title = name,
            Series = [.. Enumerable.Range(0, 6).Select(i => new ChartSeries($"{i} {name}", [(0, i), (1, i)]))],
        };
        XElement[] texts =
        [
            .. XElement.Parse(chart.ToSvg(640, 400)).Descendants().Where(e => e.Name.LocalName == "text"),
        ];
        XElement[] legend = [.. texts.Where(t => t.Value.Contains("ww", StringComparison.Ordinal))];

        Assert.Equal(7, legend.Length);
        Check.All(legend, t => Assert.EndsWith("…", t.Value.Trim(), StringComparison.Ordinal));
        Assert.Equal(7, legend.Select(t => (string?)t.Attribute("y")).Distinct().Count());
    }

    [Fact]
    public void Several_charts_make_one_image_and_equal_charts_equal_bytes()
    {
        var sheet = new ChartSheet(
            600,
            200,
            [(Chart, SKRect.Create(0, 0, 300, 200)), (Chart, SKRect.Create(300, 0, 300, 200))]
        );
        byte[] png = sheet.ToPng();

        using SKBitmap picture = SKBitmap.Decode(png);
        Assert.Equal((600, 200), (picture.Width, picture.Height));
        Assert.Equal(picture.GetPixel(150, 100), picture.GetPixel(450, 100));
        Assert.Equal(png, sheet.ToPng());
        Assert.Equal(2, sheet.ToSvg().Split("Happiness over time").Length - 1);
    }

    [Theory]
    [InlineData(99, 400)]
    [InlineData(400, 99)]
    public void An_image_without_room_for_a_plot_is_refused(int width, int height)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Chart.ToPng(width, height));
        Assert.Throws<ArgumentOutOfRangeException>(() => Chart.ToSvg(width, height));
    }

    private static SKBitmap Picture(LineChart chart) => SKBitmap.Decode(chart.ToPng(640, 400));

    /// <summary>The area of the plot, found by the axes on its left and below it.</summary>
    private static SKRectI Plot(SKBitmap picture)
    {
        var axis = new SKColor(0x8A, 0x94, 0x9E);
        var places = new List<(int X, int Y)>();
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                if (picture.GetPixel(x, y) == axis)
                {
                    places.Add((x, y));
                }
            }
        }

        int left = places.GroupBy(p => p.X).MaxBy(g => g.Count())!.Key;
        int bottom = places.GroupBy(p => p.Y).MaxBy(g => g.Count())!.Key;
        return new SKRectI(
            left,
            places.Where(p => p.X == left).Min(p => p.Y),
            places.Where(p => p.Y == bottom).Max(p => p.X),
            bottom
        );
    }

    private static IEnumerable<(int Y, SKColor Color)> Column(SKBitmap picture, int x) =>
        Enumerable.Range(0, picture.Height).Select(y => (y, picture.GetPixel(x, y)));

    /// <summary>The height of a colour in a column: 0 at the bottom of the plot, 1 at its top.</summary>
    private static double HeightOf(SKBitmap picture, SKRectI plot, int x, SKColor color) =>
        (plot.Bottom - Column(picture, x).Where(p => p.Y > plot.Top && Near(p.Color, color)).Average(p => p.Y))
        / plot.Height;

    private static bool Near(SKColor a, SKColor b) =>
        Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue) < 60;

    private static int Strokes(XElement svg, SKColor color)
    {
        string hex = string.Create(CultureInfo.InvariantCulture, $"#{color.Red:X2}{color.Green:X2}{color.Blue:X2}");
        return svg.Descendants()
            .Count(e => string.Equals((string?)e.Attribute("stroke"), hex, StringComparison.OrdinalIgnoreCase));
    }
}
