namespace Mien.Workers;

/// <summary>
/// Processes the photos of shards. A call that is repeated, perhaps by another process at the same time, replaces the
/// file by an equal one.
/// </summary>
internal interface IShardProcessor
{
    /// <summary>
    /// Checks whether this worker can process a job: program version, model, output folder, options. Does not throw,
    /// whatever the job says.
    /// </summary>
    /// <returns><see langword="null"/>; or why not, and what to do.</returns>
    string? Refusal(JobDescription job);

    /// <summary>Gets the output folder of an accepted job; <see langword="null"/> keeps no list of files.</summary>
    string? OutputFolder(JobDescription job);

    /// <summary>
    /// Processes the photos and writes their results to a temporary file, which then gets its name. The name must
    /// contain the identifier of the shard, and must be another one than that of
    /// <see cref="WriteErrorAsync"/>.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="done">
    /// Is told the number of photos that are done, from any thread. If it does not change for too long, the worker
    /// ends.
    /// </param>
    /// <param name="cancel">Ends it at once; photos in progress are left.</param>
    /// <exception cref="MienException">
    /// Of the kind <see cref="ErrorKind.Unavailable"/>: this worker cannot process any shard, for example because its
    /// device is missing or the disk is full. It gives the shard back and ends. Any other exception counts as a crash
    /// of the shard.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing has its name then.</exception>
    Task<ShardOutcome> ProcessAsync(
        JobDescription job,
        ShardManifest shard,
        IProgress<int> done,
        CancellationToken cancel
    );

    /// <summary>Writes the error <c>workerCrashed</c> for the one photo of a shard, in the same way.</summary>
    /// <exception cref="MienException">As for <see cref="ProcessAsync"/>.</exception>
    Task<ShardOutcome> WriteErrorAsync(
        JobDescription job,
        ShardManifest shard,
        string reason,
        CancellationToken cancel
    );

    /// <summary>
    /// Deletes a file that does not count; one that does not exist is ignored, and one that cannot be deleted stays.
    /// </summary>
    Task DeleteAsync(JobDescription job, string file, CancellationToken cancel);
}
