using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>A photo that ends every worker that reads it.</summary>
public sealed class CrashTests : IDisposable
{
    /// <summary>128 + 9, as shells and .NET say it.</summary>
    private const int Killed = 137;

    private readonly Workplace place = new() { Lease = "1s" };

    public void Dispose() => place.Dispose();

    [Fact]
    public void A_photo_that_crashes_workers_becomes_an_error_and_costs_no_other_photo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The tests of killed programs run on Unix.");
        place.WriteFaces(3);
        place.Folder.Write($"p/{StartupHook.Crash}.png", "no image");
        place.Enqueue("--shard-size", "2");

        // Two workers end on the shard of two photos, and three on the photo alone.
        for (int i = 0; i < 5; i++)
        {
            CliResult crashed = place.StartCrashing("--until-empty").Wait();
            Assert.True(crashed.Code == Killed, crashed.Error);
        }

        // The next one does not read it any more, so it may run inside the test.
        CliResult end = place.Work();
        Assert.True(end.Code == ExitCodes.Done, end.Error);
        Assert.Contains("(crash.png)", end.Error, StringComparison.Ordinal);
        place.AssertOnce(4);
        JsonElement dead = Assert.Single(place.Status().GetProperty("dead").EnumerateArray().ToArray());
        Assert.Equal("crash.png", dead.GetProperty("path").GetString());
        Assert.Equal(["workerCrashed"], ErrorCodes());

        // Tried again by a worker that does not crash, its own error takes the place of the other one.
        Assert.Contains("1 dead photo of the job job is queued again.", place.Jobs("retry", Workplace.Job).Out);
        CliResult again = place.Work();
        Assert.True(again.Code == ExitCodes.Done, again.Error);
        place.AssertOnce(4);
        Assert.Equal(["notAnImage"], ErrorCodes());
    }

    private string?[] ErrorCodes() =>
        DuckDb.Texts("SELECT split_part(error, ':', 1) FROM '{}' WHERE status = 'error'", place.Folder["merged"]);
}
