using Mien.Data;

namespace Mien.CommandLine;

/// <summary>The data options of a command line; <c>null</c> for those not given.</summary>
internal sealed record GivenData
{
    /// <summary>The full path of the images.</summary>
    public string? Path { get; init; }

    /// <summary>The full path of the FER+ votes.</summary>
    public string? Votes { get; init; }

    public bool SkipBadRows { get; init; }

    public DatasetSplit? TestFolderSplit { get; init; }

    public DatasetSplit? DefaultSplit { get; init; }

    public int? RandomSplit { get; init; }

    /// <summary>The data given, or that of the environment variable <c>MIEN_FER2013</c>.</summary>
    /// <exception cref="UsageException">Neither is set.</exception>
    public DataSource Source()
    {
        string? path = Path ?? Environment.GetEnvironmentVariable("MIEN_FER2013");
        return string.IsNullOrEmpty(path)
            ? throw new UsageException(
                "No data is given. Use --data PATH (fer2013.csv, fer2013.csv.gz, an archive or a folder), or "
                    + "set MIEN_FER2013."
            )
            : Override(new DataSource(System.IO.Path.GetFullPath(path), null, false));
    }

    /// <summary>The data of a run, with the given options replacing those that the run was started with.</summary>
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
