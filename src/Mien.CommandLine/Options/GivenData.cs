using Mien.Data;

namespace Mien.CommandLine;

/// <summary>The data that a command line names; <c>null</c> where it names nothing.</summary>
internal sealed record GivenData
{
    /// <summary>The images' full path.</summary>
    public string? Path { get; init; }

    /// <summary>The FER+ votes' full path.</summary>
    public string? Votes { get; init; }

    public bool SkipBadRows { get; init; }

    public DatasetSplit? TestFolderSplit { get; init; }

    public DatasetSplit? DefaultSplit { get; init; }

    public int? RandomSplit { get; init; }

    /// <summary>The data that is named, or that of <c>MIEN_FER2013</c>.</summary>
    /// <exception cref="UsageException">None is.</exception>
    public DataSource Source()
    {
        string? path = Path ?? Environment.GetEnvironmentVariable("MIEN_FER2013");
        return string.IsNullOrEmpty(path)
            ? throw new UsageException(
                "No data is named. Give --data PATH (fer2013.csv, fer2013.csv.gz, an archive or a folder), or "
                    + "set MIEN_FER2013."
            )
            : Override(new DataSource(System.IO.Path.GetFullPath(path), null, false));
    }

    /// <summary>The data of a run, with what is named in place of what the run was started with.</summary>
    public DataSource Override(DataSource source) =>
        source with
        {
            Path = Path ?? source.Path,
            Votes = Votes ?? source.Votes,
            SkipBadRows = source.SkipBadRows || SkipBadRows,
            TestFolderSplit = TestFolderSplit ?? source.TestFolderSplit,
            DefaultSplit = DefaultSplit ?? source.DefaultSplit,
            RandomSplit = RandomSplit ?? source.RandomSplit,
        };
}
