namespace Mien.Workers;

/// <summary>Is told what a worker does, for messages and metrics. Calls must return quickly and not throw.</summary>
internal interface IWorkerObserver
{
    /// <summary>A shard is begun.</summary>
    void ShardStarted(JobDescription job, ShardManifest shard) { }

    /// <summary>A shard is done, after some time of processing; its record names the file.</summary>
    void ShardDone(JobDescription job, ShardManifest shard, ShardOutcome outcome, TimeSpan duration) { }

    /// <summary>The results of a shard do not count, because another worker's do or its halves replace it.</summary>
    void ShardSuperseded(JobDescription job, ShardManifest shard) { }

    /// <summary>A shard was given back to the queue.</summary>
    void ShardGivenBack(JobDescription job, ShardManifest shard, string reason) { }

    /// <summary>A shard is taken over from a worker that has not reported for too long.</summary>
    void ShardTakenOver(JobDescription job, ShardManifest shard, string? from, int crashes) { }

    /// <summary>A shard was replaced by its halves.</summary>
    void ShardSplit(JobDescription job, ShardManifest shard, string reason) { }

    /// <summary>A shard of one photo is dead.</summary>
    void ShardDead(JobDescription job, ShardManifest shard, string reason) { }

    /// <summary>A job is refused; told once per reason.</summary>
    void JobRefused(string job, string reason) { }

    /// <summary>A message was no shard of a job, and was moved to the dead letters.</summary>
    void MessageRejected(string job, string reason) { }

    /// <summary>The list of files of a job could not be written; it is tried again later.</summary>
    void ListNotWritten(string job, string reason) { }

    /// <summary>The server cannot be reached, or is too slow; told once until it is back.</summary>
    void ServerAway(string message) { }

    /// <summary>The server answers again.</summary>
    void ServerBack() { }
}
