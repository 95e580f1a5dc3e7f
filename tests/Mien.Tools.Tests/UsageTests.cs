using Mien.CommandLine;

namespace Mien.Tools.Tests;

public class UsageTests
{
    [Theory]
    [InlineData(
        "--count is 49, expected 50 or more: fewer would let people be recognised.",
        "mean-faces",
        "--output",
        "x",
        "--count",
        "49"
    )]
    [InlineData("Option '--output' is required.", "mean-faces")]
    [InlineData("Unrecognized command or argument 'none'.", "none")]
    public void Wrong_arguments_end_with_2_and_say_what_was_expected(string message, params string[] args)
    {
        CommandResult result = Tools.Run(args);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Empty(result.Out);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mien-tools framing --data fer2013.csv.gz --images 6000")]
    [InlineData("mien-tools mean-faces --data fer2013.csv.gz --output samples/faces", "mean-faces")]
    [InlineData("mien-tools framing --data fer2013.csv.gz --split PublicTest --images 0 --model shallow", "framing")]
    public void Every_command_explains_itself_with_examples(string example, params string[] command)
    {
        CommandResult help = Tools.Run([.. command, "--help"]);

        Assert.Equal(ExitCodes.Done, help.Code);
        Assert.Empty(help.Error);
        Assert.Contains(string.Join(' ', command.Prepend("mien-tools")), help.Out, StringComparison.Ordinal);
        Assert.Contains("  " + example, help.Out, StringComparison.Ordinal);
    }
}
