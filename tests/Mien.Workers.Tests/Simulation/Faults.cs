namespace Mien.Workers.Tests;

/// <summary>What goes wrong in a scenario, for a while.</summary>
internal sealed class Faults
{
    private readonly Scenario scenario;
    private readonly Random random;
    private readonly TimeSpan end;
    private readonly double rate;
    private readonly double changes;
    private readonly int maxRetries;
    private SimulatedProcess? retry;
    private TimeSpan upAgain;
    private TimeSpan roomAgain;

    public Faults(Scenario scenario, Random random)
    {
        (this.scenario, this.random) = (scenario, random);
        ShardSize = random.Next(1, 9);
        Workers = random.Next(1, 5);
        end = TimeSpan.FromSeconds(random.Next(0, 180));
        rate = random.NextDouble() * 0.03;
        scenario.Server.LostAnswers = random.Next(2) * random.NextDouble() * 0.1;
        scenario.Server.Forgotten = random.Next(4) == 0 ? random.NextDouble() * 0.5 : 0;
        scenario.Server.Latency = TimeSpan.FromMilliseconds(random.Next(1, 2) * random.Next(1, 500));

        // Some shards take longer than the time after which a silent worker is believed to be gone.
        scenario.PhotoTime = TimeSpan.FromMilliseconds(random.Next(10, 5000));
        for (int i = random.Next(3); i > 0; i--)
        {
            scenario.Killers.Add(scenario.Photos[random.Next(scenario.Photos.Count)]);
        }

        if (random.Next(3) == 0)
        {
            scenario.Throwers.Add(scenario.Photos[random.Next(scenario.Photos.Count)]);
        }

        if (random.Next(8) == 0)
        {
            scenario.Hangers.Add(scenario.Photos[random.Next(scenario.Photos.Count)]);
        }

        maxRetries = random.Next(3) == 0 ? random.Next(1, 6) : 0;
        changes = random.Next(3) == 0 ? 0.5 : 0;
        scenario.Options = scenario.Options with
        {
            UntilEmpty = random.Next(3) == 0,
            MaxStall = TimeSpan.FromMinutes(1),
        };
    }

    public int ShardSize { get; }

    public int Workers { get; }

    /// <summary>The number of retries of dead shards that were begun while other things went wrong.</summary>
    public int Retries { get; private set; }

    /// <summary>Whether no retry is under way, or has failed and must be run again.</summary>
    public bool IsRetried => retry is null or { IsDead: false, Main.IsCompletedSuccessfully: true };

    /// <summary>Queues the photos, which may have changed, or in shards of another size than the last time.</summary>
    public SimulatedProcess StartEnqueuing()
    {
        bool areOthers = random.NextDouble() < changes;
        return random.Next(2) == 0
            ? scenario.StartEnqueuing(ShardSize, areOthers ? scenario.ChangedPhotos : scenario.FirstPhotos)
            : scenario.StartEnqueuing(areOthers ? ShardSize + 1 : ShardSize, scenario.FirstPhotos);
    }

    /// <summary>Lets something go wrong, perhaps.</summary>
    public void Next(SimulatedProcess enqueuer)
    {
        TimeSpan now = scenario.World.Elapsed;
        scenario.Server.IsUp = now >= upAgain;
        scenario.Disk.IsFull = now < roomAgain;
        Retry();
        if (now >= end)
        {
            scenario.Server.LostAnswers = 0;
            return;
        }

        if (random.NextDouble() >= rate)
        {
            return;
        }

        SimulatedProcess? worker =
            scenario.Workers.Count == 0 ? null : scenario.Workers[random.Next(scenario.Workers.Count)];
        SimulatedMessage? message = scenario.Server.Messages.Values.ElementAtOrDefault(random.Next(8));
        switch (random.Next(8))
        {
            case 0:
                worker?.Kill();
                break;
            case 1:
                enqueuer.Kill();
                break;
            case 2:
                upAgain = now + TimeSpan.FromSeconds(random.Next(1, 30));
                break;
            case 3 when worker is not null:
                worker.FrozenUntil = now + TimeSpan.FromSeconds(random.Next(1, 60));
                break;
            case 4 when worker is not null:
                worker.Stop.Cancel();
                if (random.Next(2) == 0)
                {
                    worker.Abort.Cancel();
                }

                break;
            case 5:
                roomAgain = now + TimeSpan.FromSeconds(random.Next(1, 20));
                break;
            case 6 when message is not null:
                scenario.Server.Duplicate(message);
                break;
            case 7 when message is not null:
                message.NotBefore = now; // delivered again while its worker is alive
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// An operator retries dead shards while workers still end, some of them himself. Shards die late, so this goes on
    /// for longer than the other faults.
    /// </summary>
    private void Retry()
    {
        if (retry is { IsDead: true } or { Main.IsFaulted: true })
        {
            retry = scenario.StartRetrying();
        }
        else if (Retries < maxRetries && random.NextDouble() < 0.02)
        {
            if (!IsRetried)
            {
                retry!.Kill();
            }
            else if (
                scenario.Records.Any(r => r.State == ShardState.Dead)
                && scenario.Workers.Any(w => !w.Stop.IsCancellationRequested)
            )
            {
                retry = scenario.StartRetrying();
                Retries++;
            }
        }
        else if (Retries > 0 && random.NextDouble() < 0.001 && scenario.Workers is [SimulatedProcess first, ..])
        {
            first.Kill();
        }
    }

    /// <summary>Ends all faults, and repairs the photos.</summary>
    public void End()
    {
        scenario.World.BeforeStep = null;
        scenario.Server.IsUp = true;
        scenario.Disk.IsFull = false;
        scenario.Server.LostAnswers = 0;
        scenario.Killers.Clear();
        scenario.Throwers.Clear();
        scenario.Hangers.Clear();
    }
}
