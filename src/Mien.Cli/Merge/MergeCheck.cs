using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// Checks that every photo has exactly one result: reads the photos, then the results, and reports what is wrong as it
/// is found. Not thread-safe.
/// </summary>
internal sealed class MergeCheck(ResultParts parts, IMergeReport report, CancellationToken cancellationToken)
{
    /// <summary>The number of results that are read to find the root.</summary>
    private const int MaxForRoot = 1000;

    private readonly PhotoTable photos = new();
    private readonly Shard?[] shards = [.. parts.Files.Select(f => PartName.ShardOf(Path.GetFileName(f)))];
    private ResultRoot root = new("");

    /// <summary>The number of photos; <c>null</c> if they are not known.</summary>
    public long? Photos { get; private set; }

    /// <summary>The number of results, one per photo.</summary>
    public long Results { get; private set; }

    /// <summary>The number of results that are errors.</summary>
    public long Failed { get; private set; }

    /// <summary>The number of results of photos that are not given.</summary>
    public long NotGiven { get; private set; }

    /// <summary>The number of photos without a result.</summary>
    public long Missing { get; private set; }

    /// <summary>The number of results too many.</summary>
    public long Double { get; private set; }

    /// <summary>The number of folders whose photos could not be listed.</summary>
    public long NotChecked { get; private set; }

    /// <summary>The missing photos per shard, if the parts tell their shards; empty otherwise.</summary>
    public SortedDictionary<int, long> MissingPerShard { get; } = [];

    /// <summary>The number of shards, if all parts tell the same; <c>null</c> otherwise.</summary>
    public int? ShardCount { get; } = CountOf(parts);

    /// <summary>The shards that have no part.</summary>
    public IReadOnlyList<Shard> WithoutPart =>
        ShardCount is { } count
            ?
            [
                .. Enumerable
                    .Range(0, count)
                    .Except(shards.Select(s => s!.Value.Index))
                    .Select(i => new Shard(i, count)),
            ]
            : [];

    /// <summary>Whether every photo has exactly one result, as far as it was checked.</summary>
    public bool IsComplete =>
        Missing + Double + NotChecked == 0
        && WithoutPart.Count == 0
        && parts.Incomplete.Count == 0
        && parts.Listed?.IsComplete != false;

    /// <summary>Reads the photos.</summary>
    /// <param name="inputs">Enumerates them; called again to name those without a result.</param>
    /// <param name="given">The root that the results are expected to have.</param>
    /// <param name="isCertain">Whether the user named it.</param>
    /// <exception cref="UsageException">No result has the name of a photo.</exception>
    public void ReadPhotos(Func<IEnumerable<InputItem>> inputs, string given, bool isCertain)
    {
        report.Begin("Listing photos", 0, "photos");
        long count = 0;
        foreach (InputItem input in inputs())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsNoPhoto(input))
            {
                NotChecked++;
                report.NotChecked(input.Path, input.Error!.Message);
                continue;
            }

            photos.Set(ResultRoot.WithSlashes(input.Relative), PhotoTable.NoResult);
            report.Progress(++count);
        }

        Photos = photos.Count;
        root = FindRoot(given, isCertain);
    }

    /// <summary>Reads the results.</summary>
    public void ReadResults()
    {
        report.Begin("Checking results", Photos ?? 0, "results");
        long placed = 0,
            misplaced = 0;
        var folders = new SortedSet<string>(StringComparer.Ordinal); // every shard has their errors
        for (int file = 0; file < parts.Files.Count; file++)
        {
            int at = file;
            parts.Read(
                parts.Files[file],
                result =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (result.IsNoPhoto)
                    {
                        folders.Add(result.Path);
                        return true;
                    }

                    report.Progress(++Results);
                    Failed += result.IsError ? 1 : 0;
                    if (Add(result.Path, at) is { } name && shards[at] is { } shard)
                    {
                        placed++;
                        misplaced += shard.Has(name) ? 0 : 1;
                    }

                    return true;
                }
            );
        }

        if (Photos is null)
        {
            NotChecked = folders.Count;
            foreach (string folder in folders)
            {
                report.NotChecked(folder, $"{folder}: could not be listed, so its photos have no results.");
            }
        }

        // With several folders given to predict, the names here are others than those that decided the shards.
        ShardOfPhotosIsKnown = Photos is not null && misplaced <= placed / 4 && ShardCount > 1;
    }

    /// <summary>Whether the shard of a photo follows from its name.</summary>
    public bool ShardOfPhotosIsKnown { get; private set; }

    /// <summary>Names the photos without a result.</summary>
    public void FindMissing(IEnumerable<InputItem> inputs)
    {
        if (Results - NotGiven - Double == Photos)
        {
            return;
        }

        report.Begin("Finding missing photos", Photos ?? 0, "photos");
        long count = 0;
        foreach (InputItem input in inputs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            report.Progress(++count);
            string name = ResultRoot.WithSlashes(input.Relative);
            if (IsNoPhoto(input) || !photos.TryGet(name, out int part) || part != PhotoTable.NoResult)
            {
                continue;
            }

            Missing++;
            photos.Set(name, 0); // once, if a list names it twice
            Shard? shard = ShardOfPhotosIsKnown ? new Shard(Shard.Of(name, ShardCount!.Value), ShardCount.Value) : null;
            if (shard is { } of)
            {
                MissingPerShard[of.Index] = MissingPerShard.GetValueOrDefault(of.Index) + 1;
            }

            report.Missing(input.Path, shard);
        }
    }

    private static int? CountOf(ResultParts parts)
    {
        int?[] counts = [.. parts.Files.Select(f => PartName.ShardOf(Path.GetFileName(f))?.Count).Distinct()];
        return counts is [{ } count] ? count : null;
    }

    private static bool IsNoPhoto(InputItem input) =>
        input.Error is { } error && new MergedResult(input.Path, true, error.Code).IsNoPhoto;

    /// <summary>Counts a result.</summary>
    /// <returns>The name of its photo; <c>null</c> if it is not given.</returns>
    private string? Add(string path, int file)
    {
        string? name = Photos is null ? path : root.Names(path).FirstOrDefault(photos.Contains);
        if (name is null)
        {
            NotGiven++;
            report.NotGiven(path);
            return null;
        }

        if (photos.TryGet(name, out int former) && former != PhotoTable.NoResult)
        {
            Double++;
            report.Double(path, parts.Files[former], parts.Files[file]);
        }
        else
        {
            photos.Set(name, file);
        }

        return name;
    }

    private ResultRoot FindRoot(string given, bool isCertain)
    {
        var expected = new ResultRoot(given);
        List<string> first = FirstPaths();
        if (isCertain || first.Count == 0 || first.Exists(p => expected.Names(p).Any(photos.Contains)))
        {
            return expected;
        }

        if (ResultRoot.Find(first, photos.Contains) is { } found)
        {
            report.Note(
                $"note: the results have {(found.Root.Length == 0 ? "relative paths" : found.Root)} where the photos "
                    + $"are in {(given.Length == 0 ? "the current folder" : given)} now. If this is wrong, give --root."
            );
            return found;
        }

        throw new UsageException(
            $"--photos: none of the first {first.Count} results is of a photo in {(given.Length == 0 ? "it" : given)}. "
                + $"The results have paths such as {first[0]}. Give the folder of these photos, and with --root the "
                + $"folder as it was given to mien predict."
        );
    }

    private List<string> FirstPaths()
    {
        var paths = new List<string>();
        foreach (string file in parts.Files.TakeWhile(_ => paths.Count < MaxForRoot))
        {
            parts.Read(
                file,
                result =>
                {
                    if (!result.IsNoPhoto)
                    {
                        paths.Add(CsvText.Unescape(result.Path));
                    }

                    return paths.Count < MaxForRoot;
                }
            );
        }

        return paths;
    }
}
