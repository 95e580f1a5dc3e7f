namespace Mien.Workers;

/// <summary>What a worker has done with a message.</summary>
/// <param name="Job">
/// The job, if the shard is done, split or dead, by this worker or before: its list of files may not say so yet.
/// </param>
/// <param name="Obsolete">
/// A file that no record names any more; <see langword="null"/> if there is none. It can be deleted when no list of
/// files names it.
/// </param>
internal readonly record struct ShardTurnResult(JobDescription? Job, string? Obsolete = null);
