using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab.Tests;

public class RecipeKeysTests
{
    [Fact]
    public void The_documented_tables_match_the_declarations()
    {
        string text = File.ReadAllText(Repository.PathOf("docs/training.md")).ReplaceLineEndings("\n");
        const string Begin = "<!-- mien-lab recipe keys --markdown -->\n";
        int start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = text.IndexOf("<!-- end -->\n", start, StringComparison.Ordinal);

        Assert.Equal(Run("--markdown"), text[start..end]);
        Check.All(
            RecipeKey.All,
            key => Assert.Contains($"\n| `{key.Name}` | ", text[start..end], StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_json_has_type_default_range_and_meaning_of_every_key()
    {
        JsonArray keys = JsonNode.Parse(Run("--json"))!.AsArray();

        Assert.Equal(RecipeKey.Names, keys.Select(k => (string?)k!["key"]));
        Assert.Equal(
            JsonNode
                .Parse(
                    """
                    {
                      "key": "learningRate", "flag": "--learning-rate", "section": "Optimizer",
                      "type": "number", "default": 0.05, "help": "Highest learning rate.",
                      "exclusiveMinimum": 0, "maximum": 1000
                    }
                    """
                )!
                .ToJsonString(),
            keys.Single(k => (string?)k!["key"] == "learningRate")!.ToJsonString()
        );
        JsonNode optimizer = keys.Single(k => (string?)k!["key"] == "optimizer")!;
        Assert.Equal(["sgd", "adam", "adamW"], optimizer["choices"]!.AsArray().Select(c => (string?)c));
        JsonNode sizes = keys.Single(k => (string?)k!["key"] == "sizes")!;
        Assert.Equal(("list of whole numbers", "[]"), ((string?)sizes["type"], sizes["default"]!.ToJsonString()));
        Assert.Null(keys.Single(k => (string?)k!["key"] == "teacher")!["default"]);
    }

    [Fact]
    public void The_text_output_has_one_table_per_section()
    {
        string text = Run();

        Check.All(RecipeKey.All, key => Assert.Matches($@"[|│] {key.Name} +[|│]", text));
        Check.All(RecipeKey.All, key => Assert.Contains(key.Section, text, StringComparison.Ordinal));
        Assert.Matches(
            @"[|│] epochs +[|│] whole number, 1 or more +[|│] 30 +[|│] Passes over the training images\. +",
            text
        );
    }

    private static string Run(params string[] options)
    {
        LabResult result = Lab.Run(["recipe", "keys", .. options]);
        Assert.Equal((ExitCodes.Done, ""), (result.Code, result.Error));
        return result.Out;
    }
}
