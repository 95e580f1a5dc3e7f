using Mien.Training.Benchmarks;

namespace Mien.Training.Tests;

public class PyTorchResultTests
{
    private const string Output =
        "UserWarning: something\n"
        + """{"imagesPerSecond": 812.5, "parameters": 10, "macs": 20, "version": "2.11.0+cu130", "device": "cpu"}"""
        + "\n";

    [Fact]
    public void The_last_line_is_the_result()
    {
        var result = PyTorchResult.Read(Output, 10, 20);
        Assert.Equal((812.5, "2.11.0+cu130", "cpu"), (result.ImagesPerSecond, result.Version, result.Device));
    }

    [Fact]
    public void Another_network_is_an_error() =>
        Assert.Equal(
            "PyTorch trained a network of 10 parameters and 20 MACs, expected 11 and 20: the two sides are not "
                + "comparable.",
            Assert.Throws<ArgumentException>(() => PyTorchResult.Read(Output, 11, 20)).Message
        );

    [Theory]
    [InlineData("")]
    [InlineData("Killed")]
    [InlineData("{}")]
    [InlineData("null")]
    public void Other_output_is_an_error(string output) =>
        Assert.StartsWith(
            $"PyTorch: found '{output}', expected a result as JSON: ",
            Assert.Throws<ArgumentException>(() => PyTorchResult.Read(output, 1, 1)).Message,
            StringComparison.Ordinal
        );
}
