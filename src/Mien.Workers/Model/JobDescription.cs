using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mien.Workers;

/// <summary>A job: many photos that workers process with the same model and options. Immutable.</summary>
internal sealed partial record JobDescription
{
    /// <summary>The maximum length of a name.</summary>
    public const int MaxNameLength = 64;

    /// <summary>The name: 1 to 64 letters, digits, <c>-</c> and <c>_</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The folder of the results, relative to the workers' output root, with <c>/</c>; empty for the root itself.
    /// </summary>
    public required string Output { get; init; }

    /// <summary>The version of the program that queued it; workers of another version refuse the job.</summary>
    public required string ProgramVersion { get; init; }

    /// <summary>The SHA-256 of the model's file in hexadecimal; workers with another model refuse the job.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>Arguments of <c>mien predict</c>, without photos and outputs.</summary>
    public IReadOnlyList<string> Options
    {
        get;
        init => field = value ?? []; // null if the JSON text lacks it
    } = [];

    /// <summary>The number of photos.</summary>
    public long Photos { get; init; }

    /// <summary>The number of shards, not counting halves.</summary>
    public int Shards { get; init; }

    /// <summary>
    /// The SHA-256 of the identifiers of all shards in hexadecimal. With other photos, another order or another size of
    /// the shards it is another one, and the same photos could be in two shards.
    /// </summary>
    public string Digest
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>Tells the job from an earlier one of the same name, whose messages the server may remember.</summary>
    public string Instance
    {
        get;
        init => field = value ?? "";
    } = "";

    /// <summary>
    /// How many times dead shards were retried. A list of files from before the last time is out of date.
    /// </summary>
    public int Retries { get; init; }

    /// <summary>The state.</summary>
    public JobState State { get; init; }

    /// <summary>Checks whether a job may have a name: it is part of subjects, keys and file names.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>Makes the JSON text of the job in UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, WorkersJson.Default.JobDescription);

    /// <summary>Reads a job from its JSON text in UTF-8.</summary>
    /// <param name="json">The text, which anybody may have written who can write to the server.</param>
    /// <param name="name">The name under which the server keeps it.</param>
    /// <returns>The job; <see langword="null"/> if the text is none of this name.</returns>
    public static JobDescription? Parse(ReadOnlySpan<byte> json, string name)
    {
        try
        {
            return
                JsonSerializer.Deserialize(json, WorkersJson.Default.JobDescription) is { } job
                && job.Name == name
                && IsName(name)
                && job.Options.All(o => o is not null)
                && job is { Photos: >= 0, Shards: >= 0 }
                && Enum.IsDefined(job.State)
                ? job
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,64}\z")]
    private static partial Regex NamePattern();
}
