using System.CommandLine;

namespace Mien.CommandLine;

/// <summary>The options that select the data; the same for every command that reads data.</summary>
internal sealed class DataArguments
{
    public Option<string> Data { get; } =
        new("--data", "-d")
        {
            Description =
                "The images: fer2013.csv (also .gz), Kaggle's archives (.tar.gz, .zip), or a folder "
                + "split/class/*.png. Default: $MIEN_FER2013.",
            HelpName = "PATH",
        };

    public Option<string> Votes { get; } =
        new("--votes")
        {
            Description = "FER+ votes (fer2013new.csv) for the same images in the same order.",
            HelpName = "FILE",
        };

    public Option<bool> SkipBadRows { get; } =
        ReadingOptions.SkipBadRows("Skip, count and report bad rows instead of stopping at the first.");

    public Option<string?> TestFolderSplit { get; } = ReadingOptions.TestFolderSplit();

    public Option<string?> DefaultSplit { get; } = ReadingOptions.DefaultSplit();

    public Option<int?> RandomSplit { get; } =
        new("--random-split")
        {
            Description =
                "Ignore the official split and split 80:10:10 at random with this seed (stratified; identical "
                + "images stay in one split).",
            HelpName = "SEED",
        };

    /// <summary>Hides <c>--votes</c>, for a command that does not use votes; the option is still accepted.</summary>
    public DataArguments WithoutVotes()
    {
        Votes.Hidden = true;
        return this;
    }

    /// <summary>Adds the options to a command that starts from data.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Data);
        command.Options.Add(Votes);
        command.Options.Add(SkipBadRows);
        command.Options.Add(TestFolderSplit);
        command.Options.Add(DefaultSplit);
        command.Options.Add(RandomSplit);
    }

    /// <summary>Adds the options to a command that starts from a run, which records its data and split.</summary>
    public void AddToRunCommand(Command command)
    {
        Data.Description = "Where the run's images are now, if they were moved after the training.";
        Votes.Description = "The FER+ votes of these images, for a model with a head for them.";
        command.Options.Add(Data);
        command.Options.Add(Votes);
        command.Options.Add(SkipBadRows);
    }

    /// <summary>The data that the options select.</summary>
    public DataSource Source(ParseResult result) => Of(result).Source();

    /// <summary>The values given on the command line.</summary>
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
