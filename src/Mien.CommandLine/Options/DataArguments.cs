using System.CommandLine;

namespace Mien.CommandLine;

/// <summary>The options that name the data, the same for every command that needs it.</summary>
internal sealed class DataArguments
{
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
        ReadingOptions.SkipBadRows("Count and report rows that cannot be used instead of stopping at the first.");

    public Option<string?> TestFolderSplit { get; } = ReadingOptions.TestFolderSplit();

    public Option<string?> DefaultSplit { get; } = ReadingOptions.DefaultSplit();

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
    public DataSource Source(ParseResult result) => Of(result).Source();

    /// <summary>What was given.</summary>
    public GivenData Of(ParseResult result) =>
        new()
        {
            Path = FullPath(result, Data),
            Votes = FullPath(result, Votes),
            SkipBadRows = result.GetValue(SkipBadRows),
            TestFolderSplit = ReadingOptions.SplitOf(result.GetValue(TestFolderSplit)),
            DefaultSplit = ReadingOptions.SplitOf(result.GetValue(DefaultSplit)),
            RandomSplit = result.GetValue(RandomSplit),
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
}
