using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>A worker as operators run it: health, metrics, signals.</summary>
public sealed partial class WorkerProcessTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task Health_and_metrics_are_served_and_SIGTERM_gives_the_shard_back()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows sends no such signals.");
        place.WriteHangingPhotos(2);
        place.Enqueue("--shard-size", "1");
        WorkerProcess worker = place.StartHanging("--health-port", "0", "--grace", "0s");
        Match address = Address.Match((await worker.FirstLine)!);
        Assert.True(address.Success);
        using var client = new HttpClient { BaseAddress = new Uri(address.Value) };

        // It has one shard in hand and leaves the other to others.
        JsonElement status = place.Status();
        Assert.Equal(
            (1, 1),
            (status.GetProperty("runningShards").GetInt32(), status.GetProperty("waitingShards").GetInt32())
        );
        Assert.Equal("{\"status\":\"live\"}", await client.GetStringAsync("/health/live"));
        Assert.Equal("{\"status\":\"ready\"}", await client.GetStringAsync("/health/ready"));
        string metrics = await client.GetStringAsync("/metrics");
        Assert.Contains("mien_nats_connected", metrics, StringComparison.Ordinal);
        Assert.Contains("mien_shards_total{", metrics, StringComparison.Ordinal);
        Assert.Contains("outcome=\"dead\"", metrics, StringComparison.Ordinal);
        Assert.Contains("mien_faces_total", metrics, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_memory", metrics, StringComparison.Ordinal);
        string port = address.Value[(address.Value.LastIndexOf(':') + 1)..];
        CliResult ready = Cli.Run("work", "--check", "--health-port", port);
        Assert.Equal((ExitCodes.Done, "ready\n"), (ready.Code, ready.Out));

        place.Server.Kill();
        Workplace.WaitUntil(
            () => client.GetAsync("/health/ready").Result.StatusCode == HttpStatusCode.ServiceUnavailable,
            "unready without a server"
        );
        Assert.Equal(ExitCodes.SomeFailed, Cli.Run("work", "--check", "--health-port", port).Code);
        place.Server.Start();
        Workplace.WaitUntil(
            () => client.GetAsync("/health/ready").Result.StatusCode == HttpStatusCode.OK,
            "ready with the server"
        );

        // A photo that hangs does not keep it from ending.
        worker.Terminate();
        CliResult end = worker.Wait();
        Assert.True(end.Code == ExitCodes.Done, end.Error);
        Assert.Contains("was given back", end.Error, StringComparison.Ordinal);
        Assert.Equal(2, place.Status().GetProperty("waitingShards").GetInt32());

        // That was no crash, and the shard waits for nobody.
        Check.All(place.Records(), r => Assert.Equal(0, r.Crashes));
        CliResult worked = place.Work();
        Assert.True(worked.Code == ExitCodes.Done, worked.Error);
        place.AssertOnce(2);
    }

    [Fact]
    public void Within_the_grace_time_the_shard_in_hand_is_finished_and_no_other_is_begun()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows sends no such signals.");
        place.WriteHangingPhotos(6);
        place.Enqueue("--shard-size", "3");
        WorkerProcess worker = place.StartHanging("--until-empty", "--grace", "60m");
        worker.Terminate();
        place.ReleaseHanging();
        CliResult end = worker.Wait();

        Assert.True(end.Code == ExitCodes.Interrupted, end.Error);
        Assert.Contains("1 shard: 3 photos", end.Error, StringComparison.Ordinal);
        Assert.Equal(3, place.Status().GetProperty("donePhotos").GetInt32());
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Address { get; }
}
