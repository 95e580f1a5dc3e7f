using Mien.CommandLine;
using Mien.Workers;

namespace Mien.Cli.Tests;

/// <summary>
/// Workers, servers and enqueuers that are killed with -9. After each, every photo has exactly one row.
/// </summary>
public sealed class KilledTests : IDisposable
{
    private readonly Workplace place = new() { Lease = "1s" };

    public KilledTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "The tests of killed programs run on Unix.");

    public void Dispose() => place.Dispose();

    [Fact]
    public void Of_two_workers_one_is_killed_and_the_other_completes_its_shard()
    {
        var random = new Random(1);
        place.WriteFaces(20);
        place.WriteHangingPhotos(1);
        place.WriteSlowPhotos(6);
        place.Enqueue("--shard-size", "4");

        // Killed at some moment of some shard.
        WorkerProcess anyTime = place.Start(place.WorkArgs("--until-empty", "--threads", "1"));
        Workplace.WaitUntil(() => place.IsInHandOf(anyTime), "begun");
        Thread.Sleep(random.Next(0, 50));
        anyTime.Kill();

        // Killed surely in the middle of a shard, while the other one works.
        WorkerProcess first = place.StartHanging("--until-empty", "--threads", "1");
        Assert.True(place.IsInHandOf(first));
        WorkerProcess second = place.Start(place.WorkArgs("--until-empty", "--threads", "1"));
        Workplace.WaitUntil(
            () => place.IsInHandOf(second) || place.Records().Count(r => r.State == ShardState.Done) == 6,
            "begun by the other worker"
        );
        first.Kill();
        CliResult end = second.Wait();

        Assert.True(end.Code == ExitCodes.Done, end.Error);
        Assert.Contains("is taken over from ", end.Error, StringComparison.Ordinal);
        place.AssertOnce(27);
    }

    [Fact]
    public void A_server_killed_and_started_again_on_its_storage_loses_nothing()
    {
        var random = new Random(3);
        place.WriteFaces(20);
        place.WriteSlowPhotos(8);
        place.Enqueue("--shard-size", "2");
        WorkerProcess worker = place.Start(place.WorkArgs());
        Workplace.WaitUntil(() => place.IsInHandOf(worker), "begun");
        for (int i = 0; i < 2; i++)
        {
            place.Server.Kill();
            Thread.Sleep(random.Next(0, 300));
            place.Server.Start();
            Thread.Sleep(random.Next(100, 500));
        }

        Workplace.WaitUntil(
            () => worker.HasExited || (place.Records() is { Count: > 0 } all && all.All(IsOver)),
            "complete"
        );
        Assert.False(worker.HasExited, "The worker has ended.");
        worker.Terminate();
        CliResult end = worker.Wait();
        Assert.True(end.Code == ExitCodes.Done, end.Error);
        place.AssertOnce(28);

        static bool IsOver(ShardRecord record) =>
            record.State is ShardState.Done or ShardState.Split or ShardState.Dead;
    }

    [Fact]
    public void An_enqueuer_that_was_killed_is_run_again()
    {
        const int Count = 1500;
        const int MaxTries = 10;
        string list = place.Folder.Write(
            "p/list.txt",
            string.Join('\n', Enumerable.Range(0, Count).Select(i => $"missing/{i}.jpg"))
        );
        var random = new Random(4);
        for (int i = 0; ; i++)
        {
            // An enqueuer that was done before the kill is no test, so another job is begun.
            Assert.True(i < MaxTries, $"All of {MaxTries} enqueuers were done before they could be killed.");
            string name = $"job{i}";
            string[] args = place.EnqueueArgs("--shard-size", "10", "--name", name, "--output", name);
            args[1] = "@" + list;
            WorkerProcess enqueuer = place.Start(args);
            Workplace.WaitUntil(() => enqueuer.HasExited || place.Records(name).Count > 0, "enqueuing");
            Thread.Sleep(random.Next(0, 10));
            enqueuer.Kill();
            if (place.Status(name).GetProperty("state").GetString() != "enqueuing")
            {
                place.Jobs("cancel", name);
                continue;
            }

            CliResult last = Cli.Run(args);
            Assert.True(last.Code == ExitCodes.Done, last.Error);
            Assert.StartsWith($"Job {name}: 1,500 photos in 150 shards", last.Out, StringComparison.Ordinal);
            CliResult worked = place.Work();
            Assert.True(worked.Code == ExitCodes.Done, worked.Error);

            CliResult merged = Cli.Run("merge", Path.Combine(place.Outputs, name), "--photos", "@" + list);
            Assert.Equal("150 parts: 1,500 photos, 1,500 results, 0 missing, 0 double.\n", merged.Out);
            Assert.Equal(ExitCodes.Done, merged.Code);
            return;
        }
    }
}
