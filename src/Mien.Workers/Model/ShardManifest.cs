using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mien.Workers;

/// <summary>The photos of a shard, as they are queued. Immutable.</summary>
internal sealed partial record ShardManifest
{
    /// <summary>The name of the job.</summary>
    public required string Job { get; init; }

    /// <summary>
    /// 32 hexadecimal digits, which depend on what makes the results: the name of the job, program version, model,
    /// options and paths. So the same shard has the same identifier whenever it is queued, and a file that is named
    /// after it never holds the results of another one.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The number of the shard in its job, from 0; <see langword="null"/> for a half.</summary>
    public int? Index { get; init; }

    /// <summary>The paths of the photos relative to the workers' root, with <c>/</c>; at least one.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Checks whether a text can be an identifier.</summary>
    public static bool IsId(string text) => IdPattern().IsMatch(text);

    /// <summary>Makes the manifest of some photos of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="paths">The paths, relative to the root, with <c>/</c>; at least one.</param>
    /// <param name="index">The number of the shard; <see langword="null"/> for a half.</param>
    public static ShardManifest Create(JobDescription job, IReadOnlyList<string> paths, int? index = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count);
        return new ShardManifest
        {
            Job = job.Name,
            Id = IdOf(job, paths),
            Index = index,
            Paths = paths,
        };
    }

    /// <summary>Makes the two halves of a shard of at least two photos.</summary>
    public (ShardManifest First, ShardManifest Second) Halve(JobDescription job)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Paths.Count, 2);
        int half = (Paths.Count + 1) / 2;
        return (Create(job, [.. Paths.Take(half)]), Create(job, [.. Paths.Skip(half)]));
    }

    /// <summary>Checks whether the identifier is that of the job and the paths.</summary>
    public bool IsOf(JobDescription job) => Job == job.Name && Id == IdOf(job, Paths);

    /// <summary>Makes the JSON text of the manifest in UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, WorkersJson.Default.ShardManifest);

    /// <summary>Reads a manifest from its JSON text in UTF-8.</summary>
    /// <returns>The manifest; <see langword="null"/> if the text is none.</returns>
    public static ShardManifest? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return
                JsonSerializer.Deserialize(json, WorkersJson.Default.ShardManifest) is { } shard
                && JobDescription.IsName(shard.Job)
                && IsId(shard.Id)
                && shard.Index is null or >= 0
                && shard.Paths.Count > 0
                && shard.Paths.All(p => !string.IsNullOrEmpty(p))
                ? shard
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string IdOf(JobDescription job, IReadOnlyList<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, [job.Name, job.ProgramVersion, job.ModelSha256]);
        Append(hash, job.Options);
        Append(hash, paths);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Adds texts with their number and lengths, so that no two lists have the same bytes.</summary>
    private static void Append(IncrementalHash hash, IReadOnlyList<string> texts)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, texts.Count);
        hash.AppendData(number);
        foreach (string text in texts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(number, bytes.Length);
            hash.AppendData(number);
            hash.AppendData(bytes);
        }
    }

    [GeneratedRegex(@"\A[0-9a-f]{32}\z")]
    private static partial Regex IdPattern();
}
