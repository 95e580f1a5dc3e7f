using System.CommandLine;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab;

/// <summary>One option per recipe key: <c>learningRate</c> is <c>--learning-rate</c>.</summary>
internal sealed class RecipeOptions
{
    private readonly List<(RecipeKey Key, Option<string?> Option)> options =
    [
        .. RecipeKey.All.Select(key => (key, Create(key))),
    ];

    public void AddTo(Command command)
    {
        foreach (var section in options.GroupBy(o => o.Key.Section))
        {
            command.AddSection($"{section.Key} (recipe keys)", [.. section.Select(o => o.Option)]);
        }
    }

    /// <summary>The keys given on the command line, as <c>key=value</c>.</summary>
    public IEnumerable<string> Overrides(ParseResult result) =>
        options
            .Where(o => result.GetValue(o.Option) is not null)
            .Select(o => $"{o.Key.Name}={result.GetValue(o.Option)}");

    private static Option<string?> Create(RecipeKey key)
    {
        string values = key.Choices.Count > 0 ? string.Join(", ", key.Choices) : key.Range;
        var option = new Option<string?>(key.Flag)
        {
            Description = $"{key.Help} [{values}{(values.Length > 0 ? "; " : "")}default: {key.DefaultText}]",
            HelpName = "VALUE",
        };
        option.CompletionSources.Add([.. key.Choices]);
        return option;
    }
}
