using System.Text.Json.Nodes;
using Mien.CommandLine;

namespace Mien.Lab.Tests;

public sealed class BenchTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Several_networks_are_measured_in_one_call()
    {
        string one = folder.Write("one.json", MadeData.Network),
            two = folder.Write(
                "two.json",
                MadeData.Network.Replace("\"filters\": 8", "\"filters\": 16", StringComparison.Ordinal)
            );
        LabResult result = Lab.Run(
            "networks",
            "bench",
            one,
            two,
            "--batch-size",
            "4",
            "--seconds",
            "0",
            "--threads",
            "1",
            "--json"
        );

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        JsonNode[] measured = [.. JsonNode.Parse(result.Out)!.AsArray().Select(n => n!)];
        Assert.Equal([(8 * 9 * 256) + (8 * 7), (16 * 9 * 256) + (16 * 7)], measured.Select(m => (int)m["macs"]!));
        Check.All(measured, m => Assert.Equal(3, (int)m["steps"]!));
        Check.All(
            measured,
            m =>
                Assert.Equal(
                    (double)m["trainingImagesPerSecond"]! * (int)m["macs"]! * 6 / 1e9,
                    (double)m["trainingGigaFlops"]!,
                    6
                )
        );
        Check.All(
            measured,
            m => Assert.Equal(28_709 / (double)m["trainingImagesPerSecond"]!, (double)m["secondsPerEpoch"]!, 6)
        );
        Check.All(measured, m => Assert.True((double)m["inferenceImagesPerSecond"]! > 0));

        LabResult table = Lab.Run("networks", "bench", one, "--batch-size", "4", "--seconds", "0");
        Assert.Matches("tiny .*18,488", table.Out);
    }

    [Fact]
    public void Invalid_batch_sizes_and_times_are_wrong_usage()
    {
        LabResult result = Lab.Run("networks", "bench", "shallow", "--batch-size", "1");

        Assert.Equal((ExitCodes.Usage, ""), (result.Code, result.Out));
        Assert.Contains(
            "Expected --batch-size of 2 or more, --seconds from 0 to 600 and --threads of 0 or more.",
            result.Error,
            StringComparison.Ordinal
        );
    }
}
