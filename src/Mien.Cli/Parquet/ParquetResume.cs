using System.Diagnostics;

namespace Mien.Cli;

/// <summary>
/// The results in the Parquet parts of earlier runs. Images with a result are skipped. Failed images are processed
/// again, and their new results take the place of the errors in the part that holds them: the part is written anew and
/// replaced at once, so that each image has exactly one result even if the process is killed at any moment. Not
/// thread-safe.
/// </summary>
internal sealed class ParquetResume : IEarlierResults
{
    /// <summary>How long another shard may take to rewrite a part.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);

    private readonly PartOrigin origin;
    private readonly int maxPending;

    // The number of results per path, because a path may be given several times.
    private readonly Dictionary<string, int> done = new(StringComparer.Ordinal);

    /// <summary>The parts with an error of a path, once per error.</summary>
    private readonly Dictionary<string, Queue<Part>> failed = new(StringComparer.Ordinal);

    /// <summary>The number of errors per path that are replaced in this run.</summary>
    private readonly Dictionary<string, int> retried = new(StringComparer.Ordinal);

    private readonly List<Part> changed = [];
    private int pending;

    private ParquetResume(PartOrigin origin, int maxPending) => (this.origin, this.maxPending) = (origin, maxPending);

    public long Images { get; private set; }

    public long Retried { get; private set; }

    public long Errors { get; private set; }

    public long Unclaimed { get; private set; }

    /// <summary>Reads parts without changing them.</summary>
    /// <param name="files">The parts.</param>
    /// <param name="origin">The origin that they must have.</param>
    /// <param name="maxPending">The number of new results of failed images that may be in memory only.</param>
    /// <param name="images">The paths given in this run; enumerated only if there are errors.</param>
    /// <exception cref="Mien.CommandLine.UsageException">
    /// A part is damaged or of another model, head or schema.
    /// </exception>
    public static ParquetResume Read(
        IEnumerable<string> files,
        PartOrigin origin,
        int maxPending,
        IEnumerable<string> images
    )
    {
        var resume = new ParquetResume(origin, maxPending);
        foreach (string file in files)
        {
            var part = new Part(file, new PartRows(origin));
            PartTable.Read(
                file,
                onlyImages: true,
                rows =>
                {
                    PartTable.CheckOrigin(file, rows.Origin, origin);
                    foreach (PartImage image in rows.Images())
                    {
                        resume.Add(image, part);
                    }
                }
            );
        }

        if (resume.failed.Count > 0)
        {
            resume.Retry(images);
        }

        resume.Unclaimed = resume.Images;
        return resume;
    }

    public bool Claim(string image)
    {
        if (!done.TryGetValue(image, out int times))
        {
            return false;
        }

        if (times == 1)
        {
            done.Remove(image);
        }
        else
        {
            done[image] = times - 1;
        }

        Unclaimed--;
        return true;
    }

    /// <summary>Takes the new result of a failed image.</summary>
    /// <returns>Whether it replaces an error; otherwise it belongs to a new part.</returns>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public bool Replace(RecognitionResult result)
    {
        string image = result.Name ?? "";
        if (!retried.TryGetValue(image, out int times) || times == 0)
        {
            return false;
        }

        retried[image] = times - 1;
        Part part = failed[image].Dequeue();
        part.Add(image, result);
        Change(part);
        part.Open--;
        pending++;
        if (part.Open == 0)
        {
            Rewrite(part);
            changed.Remove(part);
        }
        else if (pending >= maxPending)
        {
            Complete();
        }

        return true;
    }

    /// <summary>Writes the new results that are in memory only.</summary>
    /// <exception cref="MienException"><c>cannotWrite</c>.</exception>
    public void Complete()
    {
        foreach (Part part in changed)
        {
            Rewrite(part);
        }

        changed.Clear();
    }

    private void Add(PartImage image, Part part)
    {
        Images++;
        if (!image.IsError)
        {
            done[image.Path] = done.GetValueOrDefault(image.Path) + 1;
            return;
        }

        if (!failed.TryGetValue(image.Path, out Queue<Part>? parts))
        {
            failed[image.Path] = parts = [];
        }

        parts.Enqueue(part);
    }

    /// <summary>Finds the failed images that are given again; this walks the given folders.</summary>
    private void Retry(IEnumerable<string> images)
    {
        Errors = failed.Values.Sum(f => (long)f.Count);
        var given = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string image in images)
        {
            if (failed.ContainsKey(image))
            {
                given[image] = given.GetValueOrDefault(image) + 1;
            }

            // The error of a folder that could not be listed is removed once an image inside it is found.
            for (string? up = Path.GetDirectoryName(image); up is not null; up = Path.GetDirectoryName(up))
            {
                if (failed.Remove(up, out Queue<Part>? parts))
                {
                    foreach (Part part in parts)
                    {
                        part.Removed.Add(up);
                        Change(part);
                    }

                    Retried += parts.Count;
                }
            }
        }

        foreach ((string image, int times) in given)
        {
            // A path given twice with one result so far is processed once more.
            int again = Math.Clamp(times - done.GetValueOrDefault(image), 0, failed[image].Count);
            retried[image] = again;
            Retried += again;
            foreach (Part part in failed[image].Take(again))
            {
                part.Open++;
            }
        }

        Errors -= Retried;
        Images -= Retried;
    }

    private void Change(Part part)
    {
        if (!changed.Contains(part))
        {
            changed.Add(part);
        }
    }

    /// <summary>Writes a part with the new results in place of the errors.</summary>
    private void Rewrite(Part part)
    {
        // A part of a run with another number of shards may hold errors of several shards of this run.
        using OutputLock alone = TakeWaiting(part.File);
        var rows = new PartRows(origin);
        PartTable.Read(part.File, onlyImages: false, former => part.Replace(former, rows));
        if (rows.Count > 0)
        {
            PartTable.Write(part.File, rows, PartName.Parse(Path.GetFileName(part.File))!.Value.Shard);
        }
        else
        {
            File.Delete(part.File);
        }

        pending -= part.Clear();
    }

    /// <summary>Locks a part while it is rewritten; waits for another shard that rewrites it.</summary>
    private static OutputLock TakeWaiting(string file)
    {
        string name = $".mien-part-{Path.GetFileNameWithoutExtension(file)}.lock";
        for (long start = Stopwatch.GetTimestamp(); ; Thread.Sleep(50))
        {
            try
            {
                return OutputLock.TakeFolder(Path.GetDirectoryName(file)!, name);
            }
            catch (MienException e) when (e.Code == "outputBusy" && Stopwatch.GetElapsedTime(start) < MaxWait) { }
        }
    }

    /// <summary>A part that holds errors, with the results that replace them.</summary>
    private sealed class Part(string file, PartRows added)
    {
        private readonly Dictionary<string, Queue<(int Row, int Count)>> places = new(StringComparer.Ordinal);
        private int results;

        public string File => file;

        /// <summary>The number of its errors whose image is still to be processed in this run.</summary>
        public int Open { get; set; }

        /// <summary>The folders whose errors are removed.</summary>
        public HashSet<string> Removed { get; } = new(StringComparer.Ordinal);

        public void Add(string image, RecognitionResult result)
        {
            if (!places.TryGetValue(image, out Queue<(int Row, int Count)>? queue))
            {
                places[image] = queue = [];
            }

            int row = added.Count;
            added.Add(result);
            queue.Enqueue((row, added.Count - row));
            results++;
        }

        /// <summary>Copies rows, with the new results in place of the errors.</summary>
        public void Replace(PartRows former, PartRows rows)
        {
            foreach (PartImage image in former.Images())
            {
                if (image.IsError && places.TryGetValue(image.Path, out var queue) && queue.Count > 0)
                {
                    (int row, int count) = queue.Dequeue();
                    rows.AddFrom(added, row, count);
                }
                else if (!image.IsError || !Removed.Contains(image.Path))
                {
                    rows.AddFrom(former, image.Row, image.Count);
                }
            }
        }

        /// <summary>Forgets the new results, which are written.</summary>
        /// <returns>Their number.</returns>
        public int Clear()
        {
            int cleared = results;
            results = 0;
            added.Clear();
            places.Clear();
            return cleared;
        }
    }
}
