using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// What an output file holds already, be it cut off or whole. Images with a result are not done again. Those that
/// failed are: their errors are removed before the first new result is written, so that each image has one result in
/// the end. Errors of images that are not among those given now stay. Not thread-safe.
/// </summary>
internal sealed class ResumePoint
{
    private readonly string path;
    private readonly StoredResults results;

    // How often a path was done or failed, since it may be given twice.
    private readonly Dictionary<string, int> done = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> failed = new(StringComparer.Ordinal);

    /// <summary>How many errors of a path are taken out.</summary>
    private readonly Dictionary<string, int> retried = new(StringComparer.Ordinal);

    private ResumePoint(string path, StoredResults results) => (this.path, this.results) = (path, results);

    /// <summary>Images whose results stay in the file.</summary>
    public long Images { get; private set; }

    /// <summary>Images that failed and are done again.</summary>
    public long Retried { get; private set; }

    /// <summary>Images that failed and are not among those given now.</summary>
    public long Errors { get; private set; }

    /// <summary>How long the part of the file is that holds whole results.</summary>
    public long Length { get; private set; }

    /// <summary>Images of the file that were not given to this run, so far.</summary>
    public long Unclaimed { get; private set; }

    /// <summary>Reads a file; changes nothing.</summary>
    /// <param name="path">The file; one that is missing or empty holds nothing.</param>
    /// <param name="form">CSV or JSON Lines.</param>
    /// <param name="model">The model that this run uses.</param>
    /// <param name="images">The paths that are given now; enumerated where the file holds errors.</param>
    /// <exception cref="UsageException">It is something else, or of another model.</exception>
    public static ResumePoint Read(string path, PredictionForm form, ModelContract model, IEnumerable<string> images)
    {
        var point = new ResumePoint(path, new StoredResults(path, form, model));
        if (File.Exists(path))
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

    /// <summary>Whether an image is done; each result counts once.</summary>
    public bool Claim(string image)
    {
        if (!Take(done, image))
        {
            return false;
        }

        Unclaimed--;
        return true;
    }

    /// <summary>
    /// Opens the file to go on with it. Where there are errors to take out, it is replaced by one without them: killed
    /// at any moment, it holds every result but those errors.
    /// </summary>
    /// <param name="begin">Opens it anew, where it holds nothing.</param>
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

    /// <summary>Finds the failed images that are given again, which takes a walk of their folders.</summary>
    private void Retry(IEnumerable<string> images)
    {
        var given = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string image in images)
        {
            if (failed.ContainsKey(image))
            {
                given[image] = given.GetValueOrDefault(image) + 1;
            }

            // A folder that could not be listed, and now can be.
            for (string? up = Path.GetDirectoryName(image); up is not null; up = Path.GetDirectoryName(up))
            {
                if (failed.TryGetValue(up, out int times))
                {
                    given[up] = times;
                }
            }
        }

        foreach ((string image, int times) in given)
        {
            // Given twice and done once: one is left.
            int again = Math.Clamp(times - done.GetValueOrDefault(image), 0, failed[image]);
            retried[image] = again;
            Retried += again;
        }

        Errors = failed.Values.Sum(f => (long)f) - Retried;
        Images -= Retried;
    }

    /// <summary>Copies the file without the errors of images that are done again.</summary>
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
                throw new EndOfStreamException("it became shorter meanwhile");
            }

            copy.Write(chunk, 0, count);
            from += count;
        }
    }
}
