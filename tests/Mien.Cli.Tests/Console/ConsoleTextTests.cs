using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

public sealed class ConsoleTextTests
{
    [Theory]
    [InlineData(0, "        ")]
    [InlineData(1, "████████")]
    [InlineData(0.5, "████    ")]
    [InlineData(1.0 / 64, "▏       ")]
    [InlineData(0.55, "████▍   ")]
    [InlineData(7, "████████")]
    [InlineData(-1, "        ")]
    [InlineData(double.NaN, "        ")]
    public void A_bar_is_drawn_to_an_eighth_of_a_column(double fraction, string bar) =>
        Assert.Equal(bar, HorizontalBars.Bar(fraction, 8));

    [Fact]
    public void Without_unicode_a_bar_is_ascii() =>
        Assert.Equal("####    ", HorizontalBars.Bar(0.5, 8, unicode: false));

    [Fact]
    public void Labelled_bars_are_aligned_and_fit_the_width()
    {
        var console = new CommandConsole(TextWriter.Null, TextWriter.Null, width: 40);
        IReadOnlyList<string> lines = HorizontalBars.Lines(
            console,
            [("happiness", 1, "100.0 %"), ("脸", 0.5, "50.0 %")]
        );

        Assert.Equal("  happiness  █████████████████  100.0 %", lines[0]);
        Assert.Equal("  脸         ████████▌           50.0 %", lines[1]);
        Check.All(lines, l => Assert.Equal(39, TextWidth.Of(l)));
    }

    [Theory]
    [InlineData("face.png", 8, false, "face.png")]
    [InlineData("long name.png", 8, false, "long na…")]
    [InlineData("long/name.png", 8, true, "…ame.png")]
    [InlineData("脸脸脸脸", 5, false, "脸脸…")]
    [InlineData("abc", 0, false, "")]
    public void A_text_is_truncated_to_a_width(string text, int width, bool keepEnd, string expected) =>
        Assert.Equal(expected, TextWidth.Fit(text, width, keepEnd: keepEnd));

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(9.94, "9.9 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(59.6, "1 min 00 s")]
    [InlineData(185, "3 min 05 s")]
    [InlineData(7620, "2 h 07 min")]
    public void Durations_are_rounded_for_people(double seconds, string expected) =>
        Assert.Equal(expected, DurationText.Of(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_table_accepts_any_text_and_is_ascii_without_unicode()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var console = new CommandConsole(output, TextWriter.Null, 60) { Unicode = false };
        new ConsoleTable().Column("name").Number("count").Row("[red]a[/]", "1,000").Row("b").WriteTo(console);

        string text = output.ToString();
        Assert.Contains("| [red]a[/] | 1,000 |", text, StringComparison.Ordinal);
        Check.All(text, c => Assert.True(char.IsAscii(c)));
        Assert.Throws<ArgumentException>(() => new ConsoleTable().Column("a").Row("1", "2"));
    }
}
