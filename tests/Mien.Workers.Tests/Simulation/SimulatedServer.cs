namespace Mien.Workers.Tests;

/// <summary>
/// The state of a server: it keeps what it has acknowledged. It behaves as NATS JetStream does: messages are delivered
/// at least once, and any worker that ever had a message can report it, acknowledge it or give it back.
/// </summary>
internal sealed class SimulatedServer(SimulatedWorld world)
{
    private static readonly TimeSpan DuplicateWindow = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, TimeSpan> published = [];
    private ulong revision;
    private ulong last;

    public TimeSpan AckWait { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether the server answers.</summary>
    public bool IsUp
    {
        get;
        set
        {
            UpAgain = value && !field ? world.Elapsed : UpAgain;
            field = value;
        }
    } = true;

    /// <summary>When the server has answered again for the last time.</summary>
    public TimeSpan? UpAgain { get; private set; }

    /// <summary>The share of calls that have their effect, but whose answers are lost.</summary>
    public double LostAnswers { get; set; }

    /// <summary>The share of acknowledged messages that are not removed and never delivered again.</summary>
    public double Forgotten { get; set; }

    /// <summary>The longest way of a call.</summary>
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(20);

    public Dictionary<string, Versioned<JobDescription>> Jobs { get; } = [];

    public Dictionary<(string Job, string Id), Versioned<ShardRecord>> Shards { get; } = [];

    public SortedDictionary<ulong, SimulatedMessage> Messages { get; } = [];

    public List<DeadLetter> Letters { get; } = [];

    /// <summary>The names of jobs, and the keys of records, whose values cannot be read.</summary>
    public HashSet<string> Unreadable { get; } = [];

    /// <summary>Is told of each record that is written.</summary>
    public Action<ShardRecord>? Written { get; set; }

    /// <summary>The number of deliveries of messages that had been delivered before.</summary>
    public int Redeliveries { get; private set; }

    public bool TryWrite(JobDescription job, ulong expected)
    {
        if ((Jobs.GetValueOrDefault(job.Name)?.Revision ?? 0) != expected)
        {
            return false;
        }

        Jobs[job.Name] = new Versioned<JobDescription>(job, ++revision, world.GetUtcNow());
        return true;
    }

    public bool TryWrite(string job, string id, ShardRecord record, ulong expected)
    {
        if ((Shards.GetValueOrDefault((job, id))?.Revision ?? 0) != expected)
        {
            return false;
        }

        // Through JSON, as on the wire.
        record = ShardRecord.Parse(record.ToJson())!;
        Shards[(job, id)] = new Versioned<ShardRecord>(record, ++revision, world.GetUtcNow());
        Written?.Invoke(record);
        return true;
    }

    public void Publish(string job, byte[] data, string id)
    {
        if (published.TryGetValue(id, out TimeSpan at) && world.Elapsed - at < DuplicateWindow)
        {
            return;
        }

        published[id] = world.Elapsed;
        Messages.Add(++last, new SimulatedMessage(job, last, data));
    }

    /// <summary>Removes a message; or keeps it and never delivers it again, as after a kill -9.</summary>
    public void Acknowledge(SimulatedMessage message)
    {
        if (world.Random.NextDouble() < Forgotten)
        {
            message.NotBefore = TimeSpan.MaxValue;
        }
        else
        {
            Messages.Remove(message.Number);
        }
    }

    /// <summary>Removes all messages of a job.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Purge(string job)
    {
        List<ulong> numbers = [.. Messages.Values.Where(m => m.Job == job).Select(m => m.Number)];
        numbers.ForEach(n => Messages.Remove(n));
        return numbers.Count > 0;
    }

    /// <summary>Removes the records of a job, and then the job.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Delete(string job)
    {
        List<(string, string)> keys = [.. Shards.Keys.Where(k => k.Job == job)];
        keys.ForEach(k => Shards.Remove(k));
        return Jobs.Remove(job)
            | Unreadable.RemoveWhere(n => n == job || n.StartsWith(job + ".", StringComparison.Ordinal)) > 0
            | keys.Count > 0;
    }

    /// <summary>Queues the content of a message a second time.</summary>
    public void Duplicate(SimulatedMessage message) =>
        Messages.Add(++last, new SimulatedMessage(message.Job, last, message.Data));

    /// <summary>Delivers the next message of a job; <see langword="null"/> if there is none now.</summary>
    public SimulatedMessage? Deliver(string job)
    {
        SimulatedMessage? next = Messages.Values.FirstOrDefault(m => m.Job == job && m.NotBefore <= world.Elapsed);
        if (next is not null)
        {
            Redeliveries += next.Deliveries > 0 ? 1 : 0;
            next.Deliveries++;
            next.NotBefore = world.Elapsed + AckWait;
        }

        return next;
    }
}

/// <summary>A message of the simulated server.</summary>
internal sealed class SimulatedMessage(string job, ulong number, byte[] data)
{
    public string Job => job;

    public ulong Number => number;

    public byte[] Data => data;

    public ulong Deliveries { get; set; }

    /// <summary>When it may be delivered, or delivered again.</summary>
    public TimeSpan NotBefore { get; set; }
}
