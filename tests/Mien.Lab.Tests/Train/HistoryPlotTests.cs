using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab.Tests;

public class HistoryPlotTests
{
    private static readonly EpochRecord[] History =
    [
        .. Enumerable
            .Range(1, 12)
            .Select(e => new EpochRecord(
                e,
                48,
                0.1 / e,
                2.0 / e,
                1 - (0.8 / e),
                0.4 + (1.5 / e),
                0.7 - (0.5 / e),
                e,
                1
            )),
    ];

    [Fact]
    public void Curves_are_an_image_of_900_by_1000_pixels()
    {
        using var folder = new TempFolder();
        HistoryPlot.SavePng(folder["runs/é/curves.png"], "deep", History);
        GrayImage picture = GrayImage.Decode(folder["runs/é/curves.png"]);

        Assert.Equal((900, 1000), (picture.Width, picture.Height));
        Assert.Equal(255, picture.Pixels[0]);
    }

    [Fact]
    public void The_title_is_drawn_even_without_installed_fonts()
    {
        using var folder = new TempFolder();
        HistoryPlot.SavePng(folder["one.png"], "a", History);
        HistoryPlot.SavePng(folder["other.png"], "WWWWWWWWWW", History);

        // Only the title differs, and the wider one is darker.
        Assert.True(Ink(folder["other.png"]) > Ink(folder["one.png"]), "the titles look the same");

        static long Ink(string path) => GrayImage.Decode(path).Pixels.AsSpan(0, 900 * 40).ToArray().Sum(p => 255L - p);
    }

    [Fact]
    public void The_same_history_gives_the_same_image()
    {
        using var folder = new TempFolder();
        HistoryPlot.SavePng(folder["one.png"], "deep", History);
        HistoryPlot.SavePng(folder["two.png"], "deep", History);

        Assert.Equal(File.ReadAllBytes(folder["one.png"]), File.ReadAllBytes(folder["two.png"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Histories_with_no_or_one_epoch_are_drawn(int epochs)
    {
        using var folder = new TempFolder();
        HistoryPlot.SavePng(folder["curves.png"], "short", History[..epochs]);

        Assert.Equal(900, GrayImage.Decode(folder["curves.png"]).Width);
    }

    [Fact]
    public void Values_that_are_not_finite_leave_a_gap_and_the_rest_is_drawn()
    {
        using var folder = new TempFolder();
        EpochRecord[] gap =
        [
            .. History.Select(h =>
                h.Epoch == 6
                    ? h with
                    {
                        TrainLoss = double.NaN,
                        ValidationLoss = double.PositiveInfinity,
                        TrainAccuracy = double.NaN,
                        ValidationAccuracy = double.NaN,
                    }
                    : h
            ),
        ];
        HistoryPlot.SavePng(folder["whole.png"], "curves", History);
        HistoryPlot.SavePng(folder["gap.png"], "curves", gap);
        int whole = CurveInk(folder["whole.png"]);
        int withGap = CurveInk(folder["gap.png"]);

        // 11 of 12 points and 9 of 11 line segments remain.
        Assert.InRange(withGap, whole / 2, whole - 1);

        // Only the blue and orange curves have these gray values.
        static int CurveInk(string path) =>
            GrayImage.Decode(path).Pixels.Count(p => p is (>= 86 and <= 88) or (>= 118 and <= 120));
    }
}
