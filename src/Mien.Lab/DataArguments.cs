using System.CommandLine;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Lab;

/// <summary>The options that name the data, the same for every command that needs it.</summary>
internal sealed class DataArguments
{
    public Option<string> Data { get; } = new("--data", "-d")
    {
        Description = "The images: fer2013.csv (also .gz), the archives as Kaggle serves them, or a folder split/class/*.png. By default $MIEN_FER2013.",
        HelpName = "PATH",
    };

    public Option<string> Votes { get; } = new("--votes")
    {
        Description = "FER+ votes for the same images in the same order: fer2013new.csv.",
        HelpName = "FILE",
    };

    public Option<bool> SkipBadRows { get; } = new("--skip-bad-rows")
    {
        Description = "Count and report rows that cannot be used instead of stopping at the first.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Data);
        command.Options.Add(Votes);
        command.Options.Add(SkipBadRows);
    }

    public DataSource Source(ParseResult result)
    {
        string? path = result.GetValue(Data) ?? Environment.GetEnvironmentVariable("MIEN_FER2013");
        return string.IsNullOrEmpty(path)
            ? throw new UsageException("No data is named. Give --data PATH (fer2013.csv, fer2013.csv.gz, an archive or a folder), or set MIEN_FER2013.")
            : new DataSource(Path.GetFullPath(path), result.GetValue(Votes) is { } votes ? Path.GetFullPath(votes) : null, result.GetValue(SkipBadRows));
    }
}
