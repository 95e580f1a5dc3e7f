using System.Text.Json;

namespace Mien.Workers;

/// <summary>A file with results.</summary>
/// <param name="Name">Its name in the job's output folder.</param>
/// <param name="Photos">The number of photos in it.</param>
/// <param name="Faces">The number of faces in it.</param>
/// <param name="Errors">The number of photos that have an error instead of a result.</param>
internal sealed record JobFile(string Name, long Photos, long Faces, long Errors)
{
    /// <summary>Checks whether a name stays in its folder, whoever has written it.</summary>
    public static bool IsPlainName(string? name) =>
        !string.IsNullOrEmpty(name) && name is not ("." or "..") && name.IndexOfAny(['/', '\\', '\0']) < 0;
}

/// <summary>
/// The files that hold the results of a job. Other files in the output folder do not count: they are left from workers
/// that ended, or from shards that were halved.
/// </summary>
internal sealed record JobFileList
{
    private const string Prefix = "mien-job-";
    private const string Extension = ".json";

    /// <summary>The version of the form of the file.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The name of the job.</summary>
    public required string Job { get; init; }

    /// <summary>Whether every photo of the job is in one of the files.</summary>
    public bool IsComplete { get; init; }

    /// <summary>How many times dead shards of the job had been retried when the records were read.</summary>
    public int Retries { get; init; }

    /// <summary>Tells the job from an earlier one of the same name.</summary>
    public string Instance
    {
        get;
        init => field = value ?? ""; // null if the JSON text lacks it
    } = "";

    /// <summary>The number of photos in the files.</summary>
    public long Photos { get; init; }

    /// <summary>The number of photos of queued shards that are in none of the files yet.</summary>
    public long RemainingPhotos { get; init; }

    /// <summary>The files, in the order of their names.</summary>
    public required IReadOnlyList<JobFile> Files { get; init; }

    /// <summary>Gets the name of the list in the output folder of a job: <c>mien-job-NAME.json</c>.</summary>
    public static string NameOf(string job) => Prefix + job + Extension;

    /// <summary>Collects the list from the records of a job, which must have been read before.</summary>
    /// <exception cref="QueueException"><c>natsUnavailable</c>.</exception>
    public static async Task<JobFileList> CollectAsync(IJobStore store, JobDescription job, CancellationToken cancel) =>
        From(job, (await store.ListShardsAsync(job.Name, cancel)).Values.Select(r => r.Value).ToList());

    /// <summary>Makes the list from all records of a job.</summary>
    public static JobFileList From(JobDescription job, IReadOnlyList<ShardRecord> records)
    {
        // A shard that is retried has a file with its error until it is done.
        JobFile[] files =
        [
            .. records
                .Where(r => r.State != ShardState.Split && r.File is not null)
                .Select(r => new JobFile(r.File!, r.Photos, r.Faces, r.Errors))
                .OrderBy(f => f.Name, StringComparer.Ordinal),
        ];
        int halves = records.Sum(r => r.Halves.Count);
        return new JobFileList
        {
            Job = job.Name,
            IsComplete =
                job.Shards > 0
                && records.Count(r => r.Index is not null) == job.Shards
                && records.Count(r => r.Index is null) == halves
                && records.All(r => r.State is ShardState.Done or ShardState.Split or ShardState.Dead),
            Retries = job.Retries,
            Instance = job.Instance,
            Photos = files.Sum(f => f.Photos),
            RemainingPhotos = records
                .Where(r => r.State is ShardState.Queued or ShardState.Running && r.File is null)
                .Sum(r => r.Photos),
            Files = files,
        };
    }

    /// <summary>
    /// Checks whether nothing more is to be written to the list: it is complete, and nothing was retried since.
    /// </summary>
    public bool IsFinalFor(JobDescription job) => IsComplete && Retries == job.Retries && Instance == job.Instance;

    /// <summary>Reads all lists in an output folder, in the order of their names; empty if it has none.</summary>
    /// <exception cref="MienException"><c>badJobFile</c>: one of them cannot be read.</exception>
    public static IReadOnlyList<JobFileList> ReadAll(string folder)
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(folder, $"{Prefix}*{Extension}")
                    .Order(StringComparer.Ordinal)
                    .Select(path => Read(path) ?? throw Bad(path, "is not a list of the files of a job", null)),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Bad(folder, $"cannot be read ({e.Message})", e);
        }
    }

    /// <summary>
    /// Reads the list of a job; <see langword="null"/> if there is no such file, or it is no list of this version.
    /// </summary>
    public static JobFileList? Find(string folder, string job)
    {
        try
        {
            return Read(Path.Combine(folder, NameOf(job)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes the list into an output folder, atomically.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>; also if there is a link or a pipe of that name.</exception>
    public void Write(string folder)
    {
        string path = Path.Combine(folder, NameOf(Job));
        CheckRegular(path);
        OutputFile.Write(path, stream => JsonSerializer.Serialize(stream, this, WorkersJson.Default.JobFileList));
    }

    /// <summary>
    /// Refuses a path with anything but an ordinary file. Others may write to the folder too, and a link would lead out
    /// of it.
    /// </summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    internal static void CheckRegular(string path)
    {
        if (!IsRegular(path))
        {
            throw new MienException(
                ErrorKind.Unavailable,
                "cannotWrite",
                $"{path}: is a link or no ordinary file, so the list of files was not written. Remove it."
            );
        }
    }

    private static bool IsRegular(string path) =>
        new FileInfo(path).LinkTarget is null && SpecialFile.KindOf(path) is null;

    private static JobFileList? Read(string path)
    {
        if (!IsRegular(path))
        {
            return null;
        }

        try
        {
            return
                JsonSerializer.Deserialize(File.ReadAllBytes(path), WorkersJson.Default.JobFileList) is { } list
                && list.SchemaVersion == 1
                && JobDescription.IsName(list.Job)
                && list.Files.All(f => f is not null && JobFile.IsPlainName(f.Name))
                ? list
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static MienException Bad(string path, string what, Exception? inner) =>
        new(
            ErrorKind.BadInput,
            "badJobFile",
            $"{path} {what}. 'mien jobs files' prints the files that count; a worker of the job writes the list again.",
            inner
        );
}
