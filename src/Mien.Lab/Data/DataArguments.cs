using System.CommandLine;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Lab;

/// <summary>The options that name the data, the same for every command that needs it.</summary>
internal sealed class DataArguments
{
    private static readonly string SplitNames = string.Join('|', Enum.GetNames<DatasetSplit>());

    public Option<string> Data { get; } =
        new("--data", "-d")
        {
            Description =
                "The images: fer2013.csv (also .gz), the archives as Kaggle serves them, or a folder "
                + "split/class/*.png. By default $MIEN_FER2013.",
            HelpName = "PATH",
        };

    public Option<string> Votes { get; } =
        new("--votes")
        {
            Description = "FER+ votes for the same images in the same order: fer2013new.csv.",
            HelpName = "FILE",
        };

    public Option<bool> SkipBadRows { get; } =
        new("--skip-bad-rows")
        {
            Description = "Count and report rows that cannot be used instead of stopping at the first.",
        };

    public Option<DatasetSplit?> TestFolderSplit { get; } =
        SplitOption("--test-folder-split", "The split of images in a folder 'test' whose names do not tell it.");

    public Option<DatasetSplit?> DefaultSplit { get; } =
        SplitOption("--default-split", "The split of images for which nothing names one.");

    public Option<int?> RandomSplit { get; } =
        new("--random-split")
        {
            Description =
                "Divide 80:10:10 at random by this seed (stratified, identical images in one split) instead of "
                + "the official split.",
            HelpName = "SEED",
        };

    /// <summary>For a command that has no use for votes, which may be given all the same.</summary>
    public DataArguments WithoutVotes()
    {
        Votes.Hidden = true;
        return this;
    }

    /// <summary>For a command that starts from data.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Data);
        command.Options.Add(Votes);
        command.Options.Add(SkipBadRows);
        command.Options.Add(TestFolderSplit);
        command.Options.Add(DefaultSplit);
        command.Options.Add(RandomSplit);
    }

    /// <summary>For a command that starts from a run, which has its data, votes and split.</summary>
    public void AddToRunCommand(Command command)
    {
        Data.Description = "Where the run's images lie now, if they were moved since the training.";
        command.Options.Add(WithoutVotes().Data);
        command.Options.Add(Votes);
        command.Options.Add(SkipBadRows);
    }

    /// <summary>The data that the options name.</summary>
    public DataSource Source(ParseResult result)
    {
        string? path = result.GetValue(Data) ?? Environment.GetEnvironmentVariable("MIEN_FER2013");
        return string.IsNullOrEmpty(path)
            ? throw new UsageException(
                "No data is named. Give --data PATH (fer2013.csv, fer2013.csv.gz, an archive or a folder), or "
                    + "set MIEN_FER2013."
            )
            : Override(new DataSource(Path.GetFullPath(path), null, false), result);
    }

    /// <summary>The data of a run, with what the options name in place of what the run was started with.</summary>
    public DataSource Override(DataSource source, ParseResult result) =>
        source with
        {
            Path = FullPath(result, Data) ?? source.Path,
            Votes = FullPath(result, Votes) ?? source.Votes,
            SkipBadRows = source.SkipBadRows || result.GetValue(SkipBadRows),
            TestFolderSplit = result.GetValue(TestFolderSplit) ?? source.TestFolderSplit,
            DefaultSplit = result.GetValue(DefaultSplit) ?? source.DefaultSplit,
            RandomSplit = result.GetValue(RandomSplit) ?? source.RandomSplit,
        };

    private static string? FullPath(ParseResult result, Option<string> option) =>
        result.GetValue(option) switch
        {
            null => null,
            var path when string.IsNullOrWhiteSpace(path) => throw new UsageException(
                $"{option.Name} is empty, expected a path."
            ),
            var path => Path.GetFullPath(path),
        };

    private static Option<DatasetSplit?> SplitOption(string name, string description)
    {
        var option = new Option<DatasetSplit?>(name) { HelpName = SplitNames, Description = description };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<DatasetSplit>());
        return option;
    }
}
