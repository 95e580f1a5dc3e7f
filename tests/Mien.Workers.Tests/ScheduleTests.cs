using System.Globalization;
using CsCheck;

namespace Mien.Workers.Tests;

/// <summary>
/// Whatever happens to workers, enqueuers, the photos and the server, in the end every photo is in exactly one counted
/// file, and the list of files on the disk says so. Each case is one seed: it decides the job, what goes wrong, and the
/// order in which all code runs. A normal run uses the same seeds each time; MIEN_FUZZ_SECONDS=600 tries new ones for
/// that time.
/// </summary>
public sealed class ScheduleTests
{
    private const int QuickCases = 150;

    [Fact]
    public void Every_photo_is_in_exactly_one_counted_file_whatever_goes_wrong()
    {
        if (Environment.GetEnvironmentVariable("MIEN_FUZZ_SECONDS") is { Length: > 0 } seconds)
        {
            Gen.Int.Sample(
                seed => Run(seed, new Tally()),
                time: int.Parse(seconds, CultureInfo.InvariantCulture),
                threads: 1
            );
            return;
        }

        var tally = new Tally();
        for (int seed = 0; seed < QuickCases; seed++)
        {
            RunNamed(seed, tally);
        }

        // The schedules are hard enough: all that the rules are for has happened.
        Assert.True(
            tally is { Splits: > 100, Dead: > 50, Redeliveries: > 500, Deleted: > 0, Enqueuers: > 100, Repeated: > 50 }
                && tally is { Changed: > 50, Stalled: > 5, Retries: > 20 },
            $"{tally}"
        );
    }

    private static void RunNamed(int seed, Tally tally)
    {
        try
        {
            Run(seed, tally);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Seed {seed} has failed: {e.Message}", e);
        }
    }

    private static void Run(int seed, Tally tally)
    {
        var random = new Random(seed);
        var scenario = new Scenario(seed, photos: random.Next(1, 40));
        var faults = new Faults(scenario, random);
        SimulatedProcess enqueuer = faults.StartEnqueuing();
        scenario.World.BeforeStep = () =>
        {
            if (enqueuer.IsDead || enqueuer.Main is { IsFaulted: true })
            {
                tally.Enqueuers++;
                tally.Changed += enqueuer.Main?.Exception?.InnerException is MienException { Code: "photosChanged" }
                    ? 1
                    : 0;
                enqueuer = faults.StartEnqueuing();
            }

            faults.Next(enqueuer);
        };
        scenario.RunToEnd(faults.Workers, () => faults.IsRetried);
        scenario.CheckEveryPhotoIsInOneFile();

        tally.Retries += faults.Retries;
        tally.Splits += scenario.Records.Count(r => r.State == ShardState.Split);
        tally.Dead += scenario.Records.Count(r => r.State == ShardState.Dead);
        tally.Redeliveries += scenario.Server.Redeliveries;
        tally.Deleted += scenario.Disk.Deleted;
        tally.Stalled += scenario.Records.Count(r => r.Reason?.Contains("hangs", StringComparison.Ordinal) == true);
        tally.Repeated += scenario.Processed - scenario.Records.Count(r => r.State == ShardState.Done);

        // What has ended workers is repaired: a retry gives every photo a result.
        faults.End();
        int dead = scenario.Records.Count(r => r.State == ShardState.Dead);
        int retried = scenario.Do(client => new JobActions(client, client).RetryAsync(Scenario.Job.Name, default));
        Assert.Equal(dead, retried);
        scenario.RunToEnd(faults.Workers);
        scenario.CheckEveryPhotoIsInOneFile();
        Assert.DoesNotContain(scenario.Records, r => r.State == ShardState.Dead);
    }

    /// <summary>What has happened in all schedules together.</summary>
    private sealed record Tally
    {
        public int Splits { get; set; }

        public int Dead { get; set; }

        public int Redeliveries { get; set; }

        /// <summary>Files that did not count and were deleted.</summary>
        public int Deleted { get; set; }

        /// <summary>Enqueuers that were started again.</summary>
        public int Enqueuers { get; set; }

        /// <summary>Enqueuers that were refused, because they had other photos or shards than the job.</summary>
        public int Changed { get; set; }

        /// <summary>Retries of dead shards while other things went wrong.</summary>
        public int Retries { get; set; }

        /// <summary>Shards whose processing did not end.</summary>
        public int Stalled { get; set; }

        /// <summary>Shards that were processed in vain.</summary>
        public int Repeated { get; set; }
    }
}
