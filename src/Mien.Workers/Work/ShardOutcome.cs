namespace Mien.Workers;

/// <summary>What a shard came to.</summary>
/// <param name="File">The name of the file with the results, in the job's output folder.</param>
/// <param name="Photos">The number of photos in it.</param>
/// <param name="Faces">The number of faces in it.</param>
/// <param name="Errors">The number of photos that have an error instead of a result.</param>
internal sealed record ShardOutcome(string File, long Photos, long Faces, long Errors);
