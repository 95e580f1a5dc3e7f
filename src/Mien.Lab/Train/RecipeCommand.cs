using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab;

/// <summary><c>mien-lab recipe keys</c>: the keys of a recipe.</summary>
internal static class RecipeCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Write the keys as JSON." };
        var markdown = new Option<bool>("--markdown")
        {
            Description = "Write the keys as the Markdown tables in docs/training.md.",
        };
        var keys = new Command("keys", "Lists the keys of a recipe with their values, default and meaning.")
        {
            json,
            markdown,
        };
        keys.SetAction(result =>
        {
            CommandConsole console = CommandConsole.Of(result);
            if (result.GetValue(json))
            {
                console.Out.WriteLine(Json().ToJsonString(ReadableJson.Options));
            }
            else if (result.GetValue(markdown))
            {
                console.Out.Write(Markdown());
            }
            else
            {
                WriteTables(console);
            }

            return ExitCodes.Done;
        });
        keys.WithExamples(
            ("mien-lab recipe keys", "list all keys by section"),
            ("mien-lab recipe keys --json", "write them as JSON for a program")
        );
        return new Command("recipe", "Describes the training recipe.") { keys }.WithExamples(
            ("mien-lab recipe keys", "list all keys by section")
        );
    }

    private static IEnumerable<IGrouping<string, RecipeKey>> Sections => RecipeKey.All.GroupBy(k => k.Section);

    private static void WriteTables(CommandConsole console)
    {
        foreach (IGrouping<string, RecipeKey> section in Sections)
        {
            ConsoleTable table = new ConsoleTable(section.Key)
                .Column("key", wrap: false)
                .Column("values")
                .Column("default")
                .Column("meaning");
            foreach (RecipeKey key in section)
            {
                table.Row(key.Name, Values(key, key.Choices), key.DefaultText, key.Help);
            }

            table.WriteTo(console);
        }
    }

    private static string Markdown()
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, RecipeKey> section in Sections)
        {
            text.Append(text.Length > 0 ? "\n" : "").Append("### ").Append(section.Key).Append("\n\n");
            text.Append("| key | values | default | meaning |\n| --- | --- | --- | --- |\n");
            foreach (RecipeKey key in section)
            {
                string values = Values(key, key.Choices.Select(c => $"`{c}`"));
                string defaultText = key.Default is null ? key.DefaultText : $"`{key.DefaultText}`";
                text.Append($"| `{key.Name}` | {values} | {defaultText} | {key.Help} |\n");
            }
        }

        return text.ToString();
    }

    private static JsonArray Json() =>
        new([
            .. RecipeKey.All.Select(key =>
            {
                var about = new JsonObject
                {
                    ["key"] = key.Name,
                    ["flag"] = key.Flag,
                    ["section"] = key.Section,
                    ["type"] = key.Type,
                    ["default"] = key.Default?.DeepClone(),
                    ["help"] = key.Help,
                };
                if (key.Choices.Count > 0)
                {
                    about["choices"] = new JsonArray([.. key.Choices.Select(c => JsonValue.Create(c))]);
                }

                if (key.Minimum is { } least)
                {
                    about[key.IsMinimumExcluded ? "exclusiveMinimum" : "minimum"] = least;
                }

                if (key.Maximum is { } most)
                {
                    about["maximum"] = most;
                }

                return about;
            }),
        ]);

    private static string Values(RecipeKey key, IEnumerable<string> choices) =>
        key.Choices.Count > 0 ? string.Join(", ", choices)
        : key.Range.Length > 0 ? $"{key.Type}, {key.Range}"
        : key.Type;
}
