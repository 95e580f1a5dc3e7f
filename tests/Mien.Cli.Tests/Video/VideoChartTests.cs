using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mien.Video;
using SkiaSharp;

namespace Mien.Cli.Tests;

public sealed partial class VideoChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    /// <summary>Writes the charts of the made scene to a folder, for people and for docs/images.</summary>
    [Fact]
    public void All_formats_are_written()
    {
        string? wanted = Environment.GetEnvironmentVariable("MIEN_CHART_FOLDER");
        using var temporary = new TempFolder();
        string folder = string.IsNullOrEmpty(wanted) ? temporary.Path : wanted;
        VideoSummary summary = DemoVideo.Summary(derived: true);
        foreach (string extension in VideoChart.Extensions)
        {
            Assert.True(VideoChart.IsSupported("a" + extension.ToUpperInvariant()));
            VideoChart.Write(Path.Combine(folder, "video-chart" + extension), summary);
        }

        Assert.False(VideoChart.IsSupported("a.pdf"));
        using SKBitmap picture = SKBitmap.Decode(Path.Combine(folder, "video-chart.png"));
        Assert.Equal(2400, picture.Width);
        HashSet<SKColor> colors = [.. picture.Pixels];
        Check.All(
            Enum.GetValues<Expression>().Select(ExpressionColors.Of),
            c => Assert.Contains(new SKColor(c.Red, c.Green, c.Blue), colors)
        );
    }

    [Fact]
    public void The_SVG_is_well_formed_and_its_text_is_text()
    {
        XElement svg = Parse(DemoVideo.Summary("<a> & \"b\".mp4"));
        string[] texts = [.. svg.Descendants(Svg + "text").Select(t => t.Value.Trim())];

        Assert.Superset(
            new HashSet<string>
            {
                "<a> & \"b\".mp4",
                "Track 1",
                "Track 2",
                "Track 3",
                "0:10",
                "1:20",
                "time (m:ss)",
                "100 %",
                "cut",
                "face not seen",
            },
            texts.ToHashSet()
        );

        // In the legend, in the strips and at the ends of lines.
        Check.All(Expressions.Names, name => Assert.Contains(name, texts));
        Assert.InRange(texts.Count(t => t == "happiness"), 6, 8);
        Assert.Equal("<a> & \"b\".mp4: expression probabilities over time", svg.Element(Svg + "title")!.Value);
        Assert.Equal(3, svg.Descendants(Svg + "image").Count());
        Assert.StartsWith("0 0 1200 ", (string)svg.Attribute("viewBox")!, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_have_gaps_where_the_face_was_not_seen()
    {
        using var made = new MadeResults();
        var builder = new VideoSummaryBuilder(null, "gap.mp4", MadeResults.Contract, derived: false);
        LabelScores happy = MadeFaces.Scores(Expression.Happiness, 0.9f);
        for (int i = 0; i < 100; i++)
        {
            builder.Add(i is >= 40 and < 60 ? made.Frame(i / 5.0) : made.Frame(i / 5.0, (0, happy)));
        }

        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "gap.png");
        VideoChart.Write(file, builder.Build("ok", null));
        using SKBitmap picture = SKBitmap.Decode(file);

        // The strip is yellow where the face was seen, and gray in the fifth in the middle.
        int[] yellow =
        [
            .. Enumerable
                .Range(0, picture.Height)
                .Select(y => Enumerable.Range(0, picture.Width).Count(x => Is(picture.GetPixel(x, y)))),
        ];
        double plot = 2 * (1200 - 48 - TrackPanelPainter.Left - TrackPanelPainter.Right);
        Assert.InRange(yellow.Max() / plot, 0.76, 0.82);

        static bool Is(SKColor color) => (color.Red, color.Green, color.Blue) == (0xF0, 0xE4, 0x42);
    }

    [Fact]
    public void A_video_without_a_face_has_a_chart_that_says_so()
    {
        using var made = new MadeResults();
        var builder = new VideoSummaryBuilder(MadeResults.Info(2), "none.mp4", MadeResults.Contract, derived: false);
        VideoSummary noFrame = builder.Build("error", null);
        builder.Add(made.Frame(0));
        VideoSummary noFace = builder.Build("ok", null);
        foreach (VideoSummary summary in new[] { noFrame, noFace })
        {
            Assert.Contains("No face was found.", Parse(summary).Value, StringComparison.Ordinal);
            Assert.NotEmpty(VideoChartSheet.ToPng(summary));
            Assert.Contains("<p>No face was found.</p>", VideoChartPage.ToHtml(summary), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_thousand_tracks_show_the_longest_and_the_rest_is_counted()
    {
        using var made = new MadeResults();
        var builder = new VideoSummaryBuilder(null, "many.mp4", MadeResults.Contract, derived: false);
        LabelScores happy = MadeFaces.Scores(Expression.Happiness, 0.9f);
        for (int i = 0; i < 1000; i++)
        {
            builder.Add(made.Frame(i * 0.2, isCut: true, (0, happy)));
        }

        VideoSummary summary = builder.Build("ok", null);
        XElement svg = Parse(summary);
        Assert.Equal(8, svg.Descendants(Svg + "text").Count(t => t.Value.StartsWith("Track ", default)));
        Assert.Contains("the 8 tracks seen longest are shown, 992 not", svg.Value, StringComparison.Ordinal);
        using JsonDocument data = Data(VideoChartPage.ToHtml(summary));
        Assert.Equal(VideoChartPage.MaxTracks, data.RootElement.GetProperty("tracks").GetArrayLength());
    }

    [Fact]
    public void The_page_escapes_names_and_refers_to_nothing_outside()
    {
        const string name = "</script><img src=x onerror=alert(1)> & 脸\u2028.mp4";
        var contract = MadeResults.Contract with { Labels = ["<b>", "</script>"] };
        using var made = new MadeResults();
        var builder = new VideoSummaryBuilder(null, name, contract, derived: true);
        builder.Add(made.Frame(0, (0, new LabelScores(contract.Labels, [0.2f, 0.8f]))));
        string html = VideoChartPage.ToHtml(builder.Build("ok", null));

        Assert.Equal(2, Regex.Count(html, "</script>"));
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Empty(External().Matches(html));
        using JsonDocument data = Data(html);
        Assert.Equal("</script>", data.RootElement.GetProperty("labels")[1].GetProperty("name").GetString());
    }

    [Fact]
    public void The_data_of_the_page_are_those_of_the_summary()
    {
        VideoSummary summary = DemoVideo.Summary();
        using JsonDocument data = Data(VideoChartPage.ToHtml(summary));
        JsonElement track = data.RootElement.GetProperty("tracks")[1];
        TrackSeries series = summary.Tracks[1].Series;

        Assert.Equal(series.Count, track.GetProperty("t").GetArrayLength());
        Assert.Equal(6000, track.GetProperty("t")[0].GetInt64());
        Assert.Equal(64000, data.RootElement.GetProperty("cuts")[0].GetInt64());
        Assert.Equal(
            Enumerable.Range(0, 7).Select(i => (int)MathF.Round(1000 * series.Raw(9, i))),
            track.GetProperty("raw")[9].EnumerateArray().Select(v => v.GetInt32())
        );
        int gap = Assert.Single(track.GetProperty("gaps").EnumerateArray()).GetInt32();
        Assert.Equal(38000, track.GetProperty("t")[gap].GetInt64());
    }

    private static XElement Parse(object summary) => XElement.Parse(VideoChartSheet.ToSvg((VideoSummary)summary));

    private static JsonDocument Data(string html)
    {
        string json = DataElement().Match(html).Groups[1].Value;
        return JsonDocument.Parse(json);
    }

    [GeneratedRegex("""<script type="application/json" id="data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex DataElement();

    /// <summary>What a browser would load; the namespace of SVG is only a name.</summary>
    [GeneratedRegex(@"(src|href)\s*=\s*[""'](?!data:)|url\(|@import|\bimport\(|fetch\(|XMLHttpRequest|WebSocket")]
    private static partial Regex External();
}
