using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>One run of <c>mien merge</c>: checks the parts and writes them to one file.</summary>
internal sealed class MergeRun(CommandConsole console, MergeRequest request, CancellationToken cancellationToken)
{
    /// <summary>The maximum number of shards that the summary names.</summary>
    private const int MaxShards = 20;

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The arguments cannot be used, or a part is damaged.</exception>
    /// <exception cref="MienException"><c>cannotWrite</c>, <c>outputBusy</c>.</exception>
    public int Execute()
    {
        if (request.Root is not null && request.Photos is null)
        {
            throw new UsageException("--root is what the paths in the results begin with: it needs --photos.");
        }

        var parts = ResultParts.Find(request.Folder);
        string? ending = CheckOutput(parts);
        using OutputLock alone = OutputLock.Take([request.OutputFile]);
        using PhotoList? list =
            request.Photos is { } photos && PhotoList.Is(photos) ? new PhotoList(photos, request.Root) : null;
        using var report = new MergeReport(console, request.Json, request.Quiet);
        var check = new MergeCheck(parts, report, cancellationToken);
        Check(check, list);
        string? written = null;
        if (check.IsComplete && ending is not null)
        {
            report.Begin("Writing", parts.Files.Count, "parts");
            Write(parts, ending, report);
            written = request.OutputFile;
        }

        report.EndProgress();
        if (request.Json)
        {
            report.CompleteJson(check, parts, written);
        }
        else
        {
            report.CompleteNames();
            Summarize(check, parts, written);
        }

        return check.IsComplete ? ExitCodes.Done : ExitCodes.SomeFailed;
    }

    /// <summary>Checks the file to write.</summary>
    /// <returns>Its extension; <c>null</c> if no file is written.</returns>
    private string? CheckOutput(ResultParts parts)
    {
        if (OutputPath.Check(request.OutputFile, "--output") is not { } file)
        {
            return null;
        }

        string ending = Path.GetExtension(file);
        if (!parts.Targets.Contains(ending, StringComparer.OrdinalIgnoreCase))
        {
            throw new UsageException(
                $"--output: '{file}' has the extension '{ending}', but these parts "
                    + $"({Path.GetExtension(parts.Files[0])}) can be merged to "
                    + $"{string.Join(" or ", parts.Targets)}. Choose one of these extensions."
            );
        }

        if (Path.GetDirectoryName(PartFile.Target(file)) == Path.TrimEndingDirectorySeparator(FullFolder))
        {
            throw new UsageException(
                $"--output: '{file}' is in the folder of the parts, and would be a part itself the next time. Choose "
                    + $"another folder."
            );
        }

        return ending.ToLowerInvariant();
    }

    private string FullFolder => Path.GetFullPath(request.Folder);

    private void Check(MergeCheck check, PhotoList? list)
    {
        if (request.Photos is not { } photos)
        {
            check.ReadResults();
            return;
        }

        string root = list is null ? photos : Path.GetDirectoryName(list.File) ?? "";
        if (list is null && !Directory.Exists(photos))
        {
            throw new UsageException(
                $"--photos: there is no folder '{photos}'. Give the folder of the photos, or @FILE for a list of them."
            );
        }

        Func<IEnumerable<InputItem>> inputs = list is null
            ? new InputSources(InputKind.Image, [photos], []).Enumerate
            : () => list.Enumerate(null);
        check.ReadPhotos(inputs, request.Root ?? root, isCertain: request.Root is not null);
        check.ReadResults();
        check.FindMissing(inputs());
    }

    private void Write(ResultParts parts, string ending, MergeReport report) =>
        OutputFile.Write(
            request.OutputFile!,
            stream =>
                parts.Write(
                    stream,
                    ending,
                    request.SafeCsv,
                    done =>
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        report.Progress(done);
                    }
                ),
            flushToDisk: true
        );

    private void Summarize(MergeCheck check, ResultParts parts, string? written)
    {
        var counts = new List<string> { Count(check.Results, "result") };
        if (check.Photos is { } photos)
        {
            counts.Insert(0, Count(photos, "photo"));
            counts.Add($"{Number(check.Missing)} missing");
        }

        counts.Add($"{Number(check.Double)} double");
        console.Out.WriteLine($"{Count(parts.Files.Count, "part")}: {string.Join(", ", counts)}.");
        foreach (string line in Advice(check, parts).Concat(OfJobs(parts.Listed)).Concat(Notes(check, parts.Listed)))
        {
            console.Error.WriteLine(line);
        }

        if (written is not null)
        {
            console.Out.WriteLine($"Written to {written}.");
        }
        else if (request.OutputFile is { } file)
        {
            console.Error.WriteLine($"{file} was not written, because the results are not complete.");
        }
    }

    /// <summary>What to do about each kind of problem.</summary>
    private static IEnumerable<string> Advice(MergeCheck check, ResultParts parts)
    {
        if (check.WithoutPart is { Count: > 0 } without)
        {
            yield return $"Shards without a part: {Some(without.Select(s => s.ToString()), without.Count)}. Run them.";
        }

        if (parts.Incomplete is { Count: > 0 } torn)
        {
            yield return $"Parts that end with an incomplete result: "
                + $"{Some(torn.Select(f => Path.GetFileName(f)), torn.Count)}. Run their shards again with --resume.";
        }

        if (check.MissingPerShard is { Count: > 0 } shards)
        {
            IEnumerable<string> named = shards.Select(s =>
                $"{new Shard(s.Key, check.ShardCount!.Value)} ({Count(s.Value, "photo")})"
            );
            yield return $"Shards with missing photos: {Some(named, shards.Count)}. Run them again with --resume.";
        }
        else if (check.Missing > 0 && parts.Listed is not null)
        {
            yield return "Photos without a result were not enqueued, or their workers are not done. --json lists all; "
                + "enqueue them as a job of their own.";
        }
        else if (check.Missing > 0)
        {
            yield return "Run the same command as before with --resume: it processes the missing photos.";
        }

        if (check.Double > 0)
        {
            yield return "Photos with two results are in parts of runs that overlap, for example with different "
                + "numbers of shards, or in copies of a part. Delete the parts of one of them.";
        }

        if (check.NotChecked > 0)
        {
            yield return $"{Count(check.NotChecked, "folder")} could not be listed. Check who may read "
                + $"{(check.NotChecked == 1 ? "it" : "them")}, and run again with --resume.";
        }
    }

    /// <summary>What the lists of the workers tell.</summary>
    private IEnumerable<string> OfJobs(ListedParts? listed)
    {
        if (listed is null)
        {
            yield break;
        }

        foreach ((string job, long remaining) in listed.Unfinished)
        {
            yield return $"The job {job} is not complete: {Count(remaining, "queued photo")} without a result. Wait "
                + $"for the workers; 'mien jobs' shows how far they are.";
        }

        if (listed.Missing.Count > 0)
        {
            yield return $"Files that are missing: {Some(listed.Missing, listed.Missing.Count)}. The list of a job "
                + $"names them. Copy them here, or enqueue their photos again.";
        }

        if (listed.Uncounted.Count > 0 && !request.Quiet)
        {
            yield return $"note: {Count(listed.Uncounted.Count, "file")} in the folder "
                + $"{(listed.Uncounted.Count == 1 ? "does" : "do")} not count, because no list of a job names "
                + $"{(listed.Uncounted.Count == 1 ? "it" : "them")}: "
                + $"{Some(listed.Uncounted, listed.Uncounted.Count)}.";
            if (listed.Uncounted.Any(f => !f.EndsWith(PartName.Ending, StringComparison.OrdinalIgnoreCase)))
            {
                yield return "note: CSV and JSON Lines files are not written by workers. To merge them, move them to a "
                    + "folder of their own.";
            }
        }
    }

    private IEnumerable<string> Notes(MergeCheck check, ListedParts? listed)
    {
        if (request.Quiet)
        {
            yield break;
        }

        if (check.Failed > 0)
        {
            string again =
                listed is not null ? ""
                : check.Failed == 1 ? " Predict with --resume tries it again."
                : " Predict with --resume tries them again.";
            yield return $"note: {Count(check.Failed, "result")} "
                + $"{(check.Failed == 1 ? "is an error" : "are errors")}.{again}";
        }

        if (check.NotGiven > 0)
        {
            yield return $"note: {Count(check.NotGiven, "result")} "
                + $"{(check.NotGiven == 1 ? "is of a photo" : "are of photos")} that --photos does not give.";
        }

        if (check.Photos is null)
        {
            yield return "note: missing photos were not looked for. Give the folder or list of the photos with "
                + "--photos.";
        }
    }

    private static string Some(IEnumerable<string> names, int count) =>
        string.Join(", ", names.Take(MaxShards))
        + (count > MaxShards ? $" and {Number(count - MaxShards)} more (--json lists all)" : "");

    private static string Count(long count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
