namespace Mien.Cli.Tests;

/// <summary>Names that mean something else to Windows; they are tested on every system.</summary>
public sealed class WindowsNamesTests
{
    [Theory]
    [InlineData("a.png")]
    [InlineData(".hidden")]
    [InlineData("null")]
    [InlineData("COMMON")]
    [InlineData("COM.png", true)] // without a number it is no device
    [InlineData("顔 ü.jpg")]
    [InlineData("NUL", false)]
    [InlineData("nul.png", false)]
    [InlineData("CON .tar.gz", false)]
    [InlineData("com1.jpg", false)]
    [InlineData("LPT²", false)]
    [InlineData("CONOUT$", false)]
    [InlineData("a.", false)]
    [InlineData("a ", false)]
    [InlineData("...", false)]
    [InlineData("", false)]
    [InlineData("a:stream", false)]
    [InlineData("a\\b", false)]
    [InlineData("a?", false)]
    [InlineData("a\u0001", false)]
    public void Devices_streams_and_shortened_names_are_no_names_of_files(string name, bool isPlain = true) =>
        Assert.Equal(isPlain, WindowsNames.IsPlain(name));
}
