using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mien.Data;
using static Mien.Expression;

namespace Mien.Evaluation.Tests;

public class HtmlReportTests
{
    private const string Evil = "<script>alert('x')</script> & \"quoted\".png";

    private static readonly Predictions Three = new(
        "m",
        [.. Made.Of((Anger, Fear, 0.9f), (Fear, Fear, 0.6f), (Neutral, Sadness, 0.7f)).Probabilities],
        [0, 2, 6],
        ["a\u0001b", "c", Evil]
    );

    private static EvaluationReport Report(string model = "m") =>
        new()
        {
            Model = model,
            Data = Evil,
            Split = "PublicTest",
            Temperature = 1.5,
            TestTimeAugmentation = TestTimeAugmentation.Flip,
            Result = Metrics.Compute(Three, [1]),
            Certain = RiskCoverage.At(Three, 0.65),
            Robustness =
            [
                new RobustnessCurve(Corruption.Jpeg, [new RobustnessPoint(50, 3, 2), new RobustnessPoint(5, 3, 0)]),
            ],
            Comparison = McNemar.Compare(Three, Three) with { Second = Evil },
        };

    private static readonly FaceDataset Images = Made.Faces(3, 8, 8);

    [Fact]
    public void Untrusted_names_are_escaped_everywhere()
    {
        string page = HtmlReport.Render(Report(Evil), Three, Images);

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\"quoted\"", page, StringComparison.Ordinal);
        Assert.Contains(
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quoted&quot;.png",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("a\uFFFDb", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_loads_no_external_resource()
    {
        string page = HtmlReport.Render(Report(), Three, Images);

        Assert.DoesNotMatch(@"(?i)https?:|//[a-z]|url\(|@import|<link|<iframe|<object|<base|srcset", page);
        Check.All(
            Regex.Matches(page, "(?:src|href)=\"([^\"]*)\"").Select(m => m.Groups[1].Value),
            v => Assert.StartsWith("data:image/png;base64,", v, StringComparison.Ordinal)
        );
        Assert.Contains("default-src 'none'; img-src data:; style-src 'unsafe-inline'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_is_well_formed()
    {
        string page = HtmlReport.Render(Report(Evil), Three, Images);
        string body = page[
            page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)
        ];

        // With the void elements of HTML closed, the body is XML.
        XElement root = XElement.Parse(
            Regex.Replace(body.Replace("<br>", "<br/>", StringComparison.Ordinal), "(<img [^>]*)>", "$1/>")
        );
        Assert.Equal("main", root.Elements().Single().Name);
        Assert.Single(root.Descendants("h1"));
    }

    [Fact]
    public void Images_and_plots_have_text_alternatives_and_tables_have_headers()
    {
        string page = HtmlReport.Render(Report(), Three, Images);

        Check.All(
            Regex.Matches(page, "<img [^>]*>").Select(m => m.Value),
            img => Assert.Matches("alt=\"Face labelled [a-z]+, classified as [a-z]+\"", img)
        );
        Assert.Equal(4, Regex.Count(page, "<svg [^>]*role=\"img\" aria-label=\"[^\"]+\""));
        Assert.Equal(4, Regex.Count(page, "<svg "));
        Check.All(
            Regex.Matches(page, "<th[ >][^>]*>").Select(m => m.Value),
            th => Assert.Contains("scope=", th, StringComparison.Ordinal)
        );
        Assert.Equal(49, Regex.Count(page, "style=\"--s:"));
    }

    [Fact]
    public void The_page_shows_the_figures()
    {
        string page = HtmlReport.Render(Report(), Three, null);

        Assert.Contains("<dd class=\"figure\">33.33 %</dd>", page, StringComparison.Ordinal);
        Assert.Contains(
            $"95 % interval {Interval.Wilson(1, 3).Low * 100:0.0} to {Interval.Wilson(1, 3).High * 100:0.0} %",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "test-time augmentation: image and mirror image (2 views) · temperature 1.500",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("1 exact duplicates of training images", page, StringComparison.Ordinal);
        Assert.Contains(
            "The library marks predictions with a confidence below 0.65 as uncertain: 66.67 % of the images are kept "
                + "and 0.00 % of those are correct",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains("of the 1 rejected 100.00 % are correct.", page, StringComparison.Ordinal);
        Assert.Contains(
            "<tr><th scope=\"row\">JPEG (quality)</th><td>50</td><td>66.67 %</td>",
            page,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("Most confident mistakes", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Unmeasured_robustness_has_no_section_and_an_unknown_threshold_is_the_chosen_one()
    {
        string page = HtmlReport.Render(Report() with { Robustness = null, Certain = null }, Three, Images);

        Assert.Equal(3, Regex.Count(page, "<svg "));
        Assert.DoesNotContain("Robustness to corruptions", page, StringComparison.Ordinal);

        // With 0.9 wrong, 0.7 wrong, 0.6 correct, no threshold accepts more correct than wrong ones, so the lowest that
        // accepts none is chosen.
        Assert.Contains(
            "If predictions with a confidence below 0.91 are marked uncertain: no image is kept, "
                + "of the 3 rejected 33.33 % are correct.",
            page,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Mistakes_are_shown_as_images_the_most_confident_first()
    {
        string page = HtmlReport.Render(Report(), Three, Images);
        byte[][] pictures =
        [
            .. Regex.Matches(page, "base64,([^\"]+)").Select(m => Convert.FromBase64String(m.Groups[1].Value)),
        ];

        Assert.Equal(2, pictures.Length);
        Assert.Equal(Images.Image(0).ToArray(), GrayImage.Decode(pictures[0]).Pixels);
        Assert.Equal(Images.Image(2).ToArray(), GrayImage.Decode(pictures[1]).Pixels);
        Assert.Contains("<strong>fear 90 %</strong><br>labelled anger (2 %)", page, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(HtmlReport.Render(Report(), Three, Images, mistakes: 1), "<img "));
    }

    [Fact]
    public void Another_number_of_images_is_rejected() =>
        Assert.Throws<ArgumentException>(() => HtmlReport.Render(Report(), Three, Made.Faces(2, 8, 8)));

    [Fact]
    public void The_page_is_written_as_a_file()
    {
        using var folder = new TempFolder();
        HtmlReport.Write(folder["new/page.html"], Report(), Three, Images);

        Assert.Equal(HtmlReport.Render(Report(), Three, Images), File.ReadAllText(folder["new/page.html"]));
    }
}
