using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("größe 顔 👨‍👩‍👧 a\\b", "größe 顔 👨‍👩‍👧 a\\b")]
    [InlineData("a\e[2Jb\a\0\u007f", @"a\u001b[2Jb\u0007\u0000\u007f")]
    [InlineData("\u0085\u009b\u061c\u200e\u200f\u2028\u202e\u2066\u2069", null)]
    [InlineData("a\r\nb\tc\rd", @"a\r\nb\tc\rd")]
    public void Control_characters_are_made_visible(string text, string? expected) =>
        Assert.Equal(
            expected ?? string.Concat(text.Select(c => string.Create(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}"))),
            TerminalText.Escape(text)
        );

    [Fact]
    public void Line_ends_of_a_text_of_several_lines_stay() =>
        Assert.Equal("a\nb\r\n\tc\\rd\\u001b", TerminalText.Escape("a\nb\r\n\tc\rd\e", keepLines: true));

    [Fact]
    public void Standard_output_is_escaped_on_a_terminal_only_and_errors_always()
    {
        foreach (bool isTerminal in (bool[])[false, true])
        {
            using var output = new StringWriter { NewLine = "\n" };
            using var error = new StringWriter { NewLine = "\n" };
            var console = new CommandConsole(output, error) { OutIsTerminal = isTerminal, Color = isTerminal };
            console.Out.WriteLine("a\e[2J\nb");
            console.Out.Write('\e');
            console.Out.Write("\e".AsSpan());
            console.WriteBold("c\e");
            console.Error.WriteLine("d\e\ne");
            console.Error.Write("f\ng\n");

            Assert.Equal(
                isTerminal ? "a\\u001b[2J\nb\n\\u001b\\u001b\e[1mc\\u001b\e[0m" : "a\e[2J\nb\n\e\ec\e",
                output.ToString()
            );
            Assert.Equal("d\\u001b\\ne\nf\ng\n", error.ToString());
        }
    }

    [Fact]
    public void Progress_and_tables_are_escaped_too()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var console = new CommandConsole(output, error) { OutIsTerminal = true, ErrorIsTerminal = true };
        var options = new WorkProgressOptions { Console = console, LiveInterval = TimeSpan.Zero };
        using (WorkProgress progress = WorkProgress.Start("Reading", 2, options))
        {
            progress.Report(1, "x\e[2J\ny");
        }

        new ConsoleTable("t\e").Column("h\e").Row("c\e").WriteTo(console);

        Assert.Contains(@"x\u001b[2J\ny", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', error.ToString());
        Assert.DoesNotContain('\e', output.ToString());
        Assert.Contains(@"c\u001b", output.ToString(), StringComparison.Ordinal);
    }
}
