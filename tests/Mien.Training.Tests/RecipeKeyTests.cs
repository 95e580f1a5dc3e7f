using System.Globalization;
using System.Text.Json.Nodes;

namespace Mien.Training.Tests;

public class RecipeKeyTests
{
    [Fact]
    public void Every_property_of_a_recipe_is_a_key_with_a_section_and_help()
    {
        Assert.Equal(
            typeof(TrainingRecipe).GetProperties().Where(p => p.CanWrite).Select(p => p.Name),
            RecipeKey.Names.Select(n => char.ToUpperInvariant(n[0]) + n[1..])
        );
        Assert.Equal(53, RecipeKey.All.Count);
        Check.All(
            RecipeKey.All,
            key =>
            {
                Assert.NotEmpty(key.Section);
                Assert.EndsWith(".", key.Help, StringComparison.Ordinal);
                Assert.DoesNotContain('|', key.Help); // It is in a table of the documentation.
                Assert.Same(key, RecipeKey.Find(key.Name));
            }
        );

        // A section that appears twice would have two tables.
        string[] sections = [.. RecipeKey.All.Select(k => k.Section)];
        Assert.Equal(sections.Distinct().Count(), 1 + sections.Zip(sections.Skip(1)).Count(p => p.First != p.Second));
        Assert.Null(RecipeKey.Find("LearningRate"));
    }

    [Fact]
    public void A_key_has_its_flag_type_default_and_range()
    {
        RecipeKey rate = RecipeKey.Find("finalLearningRateShare")!;
        Assert.Equal(
            ("--final-learning-rate-share", "number", "0.001", "0 to 1"),
            (rate.Flag, rate.Type, rate.DefaultText, rate.Range)
        );
        RecipeKey beta = RecipeKey.Find("beta1")!;
        Assert.Equal(("--beta1", "number", "0.9"), (beta.Flag, beta.Type, beta.DefaultText));
        RecipeKey schedule = RecipeKey.Find("schedule")!;
        Assert.Equal(("choice", "cosine", ""), (schedule.Type, schedule.DefaultText, schedule.Range));
        Assert.Equal(["constant", "step", "cosine", "oneCycle", "trapezoid", "plateau"], schedule.Choices);
        RecipeKey teacher = RecipeKey.Find("teacher")!;
        Assert.Equal(("text", "none", ""), (teacher.Type, teacher.DefaultText, teacher.Range));
        RecipeKey sizes = RecipeKey.Find("sizes")!;
        Assert.Equal(("list of whole numbers", "[]", ""), (sizes.Type, sizes.DefaultText, sizes.Range));
        Assert.Equal(("whole number", ""), (RecipeKey.Find("seed")!.Type, RecipeKey.Find("seed")!.Range));
    }

    [Fact]
    public void Defaults_and_range_ends_are_allowed_and_values_outside_are_not()
    {
        Assert.Equal(39, RecipeKey.All.Count(k => k.Minimum is not null));
        foreach (RecipeKey key in RecipeKey.All)
        {
            key.Check(key.Default, "my.json");
            Assert.True(key.Minimum is null && key.Maximum is null || key.Type is "number" or "whole number", key.Name);
            if (key.Minimum is { } minimum)
            {
                if (key.IsMinimumExcluded)
                {
                    AssertRejected(key, minimum);
                    key.Check(Json(minimum + 1e-9), "my.json");
                }
                else
                {
                    key.Check(Json(minimum), "my.json");
                    AssertRejected(key, key.Type == "number" ? minimum - 1e-9 : minimum - 1);
                }
            }

            if (key.Maximum is { } maximum)
            {
                key.Check(Json(maximum), "my.json");
                AssertRejected(key, maximum * (1 + 1e-9));
            }
        }
    }

    private static void AssertRejected(RecipeKey key, double value)
    {
        string text = Json(value)!.ToJsonString();
        var error = Assert.Throws<TrainingException>(() => key.Check(JsonNode.Parse(text), "my.json"));
        Assert.Equal($"my.json: '{key.Name}' is {text}, expected {key.Range}.", error.Message);
    }

    private static JsonNode? Json(double value) => JsonNode.Parse(value.ToString("R", CultureInfo.InvariantCulture));
}
