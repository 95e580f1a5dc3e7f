using System.Security.Cryptography;
using System.Text;

namespace Mien.Workers;

/// <summary>
/// The shards of a job in a temporary file. All are known before the first is queued, so that another list of photos
/// than before is recognised, and their paths need not fit into memory. Not thread-safe.
/// </summary>
internal sealed class ShardSpool : IDisposable
{
    /// <summary>The server's default limit of a message is 1 MiB.</summary>
    private const int MaxManifestBytes = 512 * 1024;

    private readonly FileStream file;
    private readonly List<int> lengths = [];

    /// <summary>Writes the shards of some photos.</summary>
    /// <param name="job">The job.</param>
    /// <param name="paths">The paths relative to the workers' root, with <c>/</c>.</param>
    /// <param name="shardSize">The maximum number of photos of a shard. Very long paths make smaller ones.</param>
    /// <param name="cancel">Cancels it.</param>
    /// <exception cref="MienException">
    /// <c>photoTwice</c>: two shards have the same photos; <c>cannotWrite</c>: the disk is full.
    /// </exception>
    public ShardSpool(JobDescription job, IEnumerable<string> paths, int shardSize, CancellationToken cancel)
    {
        file = Create();
        try
        {
            Digest = Write(job, paths, shardSize, cancel);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The number of photos.</summary>
    public long Photos { get; private set; }

    /// <summary>The number of shards.</summary>
    public int Count => lengths.Count;

    /// <summary>The SHA-256 of the identifiers of all shards in hexadecimal.</summary>
    public string Digest { get; }

    /// <summary>Reads the shards, once.</summary>
    public IEnumerable<ShardManifest> Read()
    {
        file.Position = 0;
        foreach (int length in lengths)
        {
            byte[] json = new byte[length];
            file.ReadExactly(json);
            yield return ShardManifest.Parse(json)
                ?? throw new InvalidDataException($"{file.Name} was changed while it was in use.");
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Makes a file that only this user can read, and that is gone when this process ends.</summary>
    private static FileStream Create()
    {
        string path = Path.GetTempPath();
        try
        {
            path = Path.GetTempFileName();
            var created = new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.Open,
                    Access = FileAccess.ReadWrite,
                    Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
                }
            );
            if (!OperatingSystem.IsWindows())
            {
                File.Delete(path); // the open file stays, also if the process is killed
            }

            return created;
        }
        catch (Exception e) when (OutputFile.Error(path, e) is { } error)
        {
            throw error;
        }
    }

    private string Write(JobDescription job, IEnumerable<string> paths, int shardSize, CancellationToken cancel)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (List<string> photos in Group(paths, shardSize))
        {
            cancel.ThrowIfCancellationRequested();
            var shard = ShardManifest.Create(job, photos, Count);
            if (!seen.Add(shard.Id))
            {
                throw new MienException(
                    ErrorKind.BadUsage,
                    "photoTwice",
                    $"The photos of one shard, beginning with {photos[0]}, occur twice in the list. Remove duplicates."
                );
            }

            digest.AppendData(Encoding.ASCII.GetBytes(shard.Id));
            byte[] json = shard.ToJson();
            Write(json);
            lengths.Add(json.Length);
            Photos += photos.Count;
        }

        Write([], flush: true);
        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private void Write(byte[] bytes, bool flush = false)
    {
        try
        {
            file.Write(bytes);
            if (flush)
            {
                file.Flush();
            }
        }
        catch (Exception e) when (OutputFile.Error(file.Name, e) is { } error)
        {
            throw error;
        }
    }

    private static IEnumerable<List<string>> Group(IEnumerable<string> paths, int shardSize)
    {
        var photos = new List<string>();
        int bytes = 0;
        foreach (string path in paths)
        {
            int size = SizeOf(path);
            if (photos.Count == shardSize || (photos.Count > 0 && bytes + size > MaxManifestBytes))
            {
                yield return photos;
                photos = [];
                bytes = 0;
            }

            photos.Add(path);
            bytes += size;
        }

        if (photos.Count > 0)
        {
            yield return photos;
        }
    }

    /// <summary>The maximum size of a path in JSON, where some characters are written as six.</summary>
    private static int SizeOf(string path)
    {
        int size = 3;
        foreach (char c in path)
        {
            size += char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or ' ' ? 1 : 6;
        }

        return size;
    }
}
