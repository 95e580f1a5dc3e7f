using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The results in an existing output file, which may be truncated. Images with a result are skipped. Failed images are
/// processed again: their errors are removed before the first new result is written, so that each image has one result
/// in the end. Errors of images that are not given in this run stay. Not thread-safe.
/// </summary>
internal sealed class ResumePoint : IEarlierResults
{
    private readonly string path;
    private readonly StoredResults results;

    // The number of results per path, because a path may be given several times.
    private readonly Dictionary<string, int> done = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> failed = new(StringComparer.Ordinal);

    /// <summary>The number of errors to remove per path.</summary>
    private readonly Dictionary<string, int> retried = new(StringComparer.Ordinal);

    private ResumePoint(string path, StoredResults results) => (this.path, this.results) = (path, results);

    /// <summary>The line end of the file; <c>null</c> if it has no lines.</summary>
    public string? NewLine => results.NewLine;

    /// <summary>The number of results that stay in the file.</summary>
    public long Images { get; private set; }

    /// <summary>The number of failed images that are processed again.</summary>
    public long Retried { get; private set; }

    /// <summary>The number of failed images that are not given in this run.</summary>
    public long Errors { get; private set; }

    /// <summary>The length in bytes of the complete results at the start of the file.</summary>
    public long Length { get; private set; }

    /// <summary>The number of results in the file whose image was not given in this run so far.</summary>
    public long Unclaimed { get; private set; }

    /// <summary>Reads an output file without changing it.</summary>
    /// <param name="path">The file; it may be missing or empty.</param>
    /// <param name="form">CSV or JSON Lines.</param>
    /// <param name="model">The contract of the model of this run.</param>
    /// <param name="head">The head that this run uses; <c>null</c> for a model with one head.</param>
    /// <param name="images">The paths given in this run; enumerated only if the file contains errors.</param>
    /// <exception cref="UsageException">
    /// The file has another format or was written with another model or head.
    /// </exception>
    public static ResumePoint Read(
        string path,
        PredictionForm form,
        ModelContract model,
        string? head,
        IEnumerable<string> images
    )
    {
        var point = new ResumePoint(path, new StoredResults(path, form, ResultOrigin.Of(model, head)));

        // A link that leads nowhere yet is there itself; and what was written to a pipe cannot be read.
        string target = PartFile.Target(path);
        if (File.Exists(target) && !PartFile.IsDevice(target))
        {
            using FileStream stream = OpenToRead(path);
            foreach (StoredResult result in point.results.Read(stream))
            {
                Dictionary<string, int> kind = result.IsError ? point.failed : point.done;
                kind[result.Image] = kind.GetValueOrDefault(result.Image) + 1;
                point.Images++;
                point.Length = result.End;
            }
        }

        if (point.failed.Count > 0)
        {
            point.Retry(images);
        }

        point.Unclaimed = point.Images;
        return point;
    }

    /// <summary>Whether the file has a result of this image. Each result is used once.</summary>
    public bool Claim(string image)
    {
        if (Stored(done, image) is not { } name || !Take(done, name))
        {
            return false;
        }

        Unclaimed--;
        return true;
    }

    /// <summary>
    /// Opens the file for appending. If errors have to be removed, the file is replaced by a copy without them, so that
    /// no result is lost even if the process is killed at any moment.
    /// </summary>
    /// <param name="begin">Creates the file; called if it contains no result.</param>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public OutputTarget Open(Func<OutputTarget> begin)
    {
        if (Length == 0)
        {
            return begin();
        }

        long kept = Length;
        if (Retried > 0)
        {
            OutputFile.Write(
                path,
                copy =>
                {
                    WithoutErrors(copy);
                    kept = copy.Position;
                },
                flushToDisk: true
            );
        }

        return OutputTarget.Append(path, kept);
    }

    private static FileStream OpenToRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static bool Take(Dictionary<string, int> counts, string image)
    {
        if (!counts.TryGetValue(image, out int times))
        {
            return false;
        }

        if (times == 1)
        {
            counts.Remove(image);
        }
        else
        {
            counts[image] = times - 1;
        }

        return true;
    }

    /// <summary>
    /// An image's path as stored in the file: escaped if the file was written with <c>--csv-safe</c>, and with other
    /// line ends if another program changed those of the file; <c>null</c> if the file does not have it.
    /// </summary>
    private string? Stored(Dictionary<string, int> counts, string image)
    {
        string[] names = [image, CsvText.Escape(image)];
        return Array.Find(names, counts.ContainsKey)
            ?? (
                NewLine == "\r\n" && image.Contains('\n', StringComparison.Ordinal)
                    ? Array.Find(
                        [.. names.Select(n => n.Replace("\n", "\r\n", StringComparison.Ordinal))],
                        counts.ContainsKey
                    )
                    : null
            );
    }

    /// <summary>Finds the failed images that are given again; this walks the given folders.</summary>
    private void Retry(IEnumerable<string> images)
    {
        var given = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string image in images)
        {
            if (Stored(failed, image) is { } name)
            {
                given[name] = given.GetValueOrDefault(name) + 1;
            }

            // The error of a folder that could not be listed is removed once an image inside it is found.
            for (string? up = Path.GetDirectoryName(image); up is not null; up = Path.GetDirectoryName(up))
            {
                if (Stored(failed, up) is { } above)
                {
                    given[above] = failed[above];
                }
            }
        }

        foreach ((string image, int times) in given)
        {
            // A path given twice with one result so far is processed once more.
            int again = Math.Clamp(times - done.GetValueOrDefault(image), 0, failed[image]);
            retried[image] = again;
            Retried += again;
        }

        Errors = failed.Values.Sum(f => (long)f) - Retried;
        Images -= Retried;
    }

    /// <summary>Copies the file without the errors of images that are processed again.</summary>
    private void WithoutErrors(Stream copy)
    {
        using FileStream read = OpenToRead(path);
        using FileStream source = OpenToRead(path);
        var left = new Dictionary<string, int>(retried.Where(r => r.Value > 0), StringComparer.Ordinal);
        long from = 0;
        foreach (StoredResult result in results.Read(read))
        {
            if (result.IsError && Take(left, result.Image))
            {
                Copy(source, from, result.Start, copy);
                from = result.End;
            }
        }

        Copy(source, from, Length, copy);
    }

    private static void Copy(FileStream source, long from, long to, Stream copy)
    {
        byte[] chunk = new byte[64 * 1024];
        source.Position = from;
        while (from < to)
        {
            int count = source.Read(chunk, 0, (int)Math.Min(chunk.Length, to - from));
            if (count == 0)
            {
                throw new EndOfStreamException("the file became shorter while it was read");
            }

            copy.Write(chunk, 0, count);
            from += count;
        }
    }
}
