namespace Mien.Data.Tests;

public sealed class LabelNamesTests
{
    [Theory]
    [InlineData("happy", "happiness")]
    [InlineData(" HAPPINESS ", "happiness")]
    [InlineData("Wütend", "anger")]
    [InlineData("ueberrascht", "surprise")]
    [InlineData("dégoût", "disgust")]
    [InlineData("peur", "fear")]
    [InlineData("triste", "sadness")]
    [InlineData("feliz", "happiness")]
    [InlineData("neutro", "neutral")]
    [InlineData("3", "happiness")]
    public void The_seven_are_found_in_four_languages_and_as_numbers(string text, string label)
    {
        Assert.True(LabelNames.Seven.TryFind(text, out int place));
        Assert.Equal(label, LabelNames.Seven.Labels[place]);
    }

    [Fact]
    public void Every_spelling_belongs_to_one_expression()
    {
        string[] all = [.. LabelSpellings.All.Select(s => s.Spelling), .. Expressions.Names];

        Assert.Equal(all.Length, all.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Check.All(
            LabelSpellings.All.ToArray(),
            s => Assert.True(LabelNames.Seven.TryFind(s.Spelling, out int place) && place == (int)s.Expression)
        );
    }

    [Fact]
    public void Labels_of_ones_own_come_before_spellings_and_numbers_need_all_seven()
    {
        var names = new LabelNames(["happy", "joy", "0", "wink"]);

        Assert.Equal([0, 0, 1, 2, 3], new[] { "happy", "Happiness", "JOY", "0", "Wink" }.Select(Place));
        Assert.Equal([0, -1, -1], new[] { "feliz", "1", "anger" }.Select(Place));
        Assert.Equal("happy, joy, 0, wink", names.Expected);

        int Place(string text) => names.TryFind(text, out int place) ? place : -1;
    }

    [Theory]
    [InlineData("hapiness", "happiness")]
    [InlineData("suprised", "surprise")]
    [InlineData("contemtp", "contempt")]
    [InlineData("conTEMP", "contempt")]
    [InlineData("tongue", null)]
    [InlineData("", null)]
    [InlineData("2024", null)]
    public void The_nearest_name_of_a_misspelling_is_found(string text, string? nearest)
    {
        var names = new LabelNames([.. Expressions.Names, "contempt"]);

        Assert.False(names.TryFind(text, out _));
        Assert.Equal(nearest, names.Nearest(text));
        Assert.Equal(
            nearest is not null,
            names
                .Unknown("unknown label", text)
                .Contains($"(the nearest known name is '{nearest}')", StringComparison.Ordinal)
        );
        Assert.Null(names.Nearest(new string('x', 100_000)));
    }

    [Fact]
    public void The_limits_of_labels_are_checked()
    {
        Assert.Null(LabelNames.Problem(["a", new string('b', 40)]));
        Assert.Null(LabelNames.Problem([.. Enumerable.Range(0, 64).Select(i => $"{i}")]));
        Assert.Equal(
            "there are 65 labels, expected 2 to 64",
            LabelNames.Problem([.. Enumerable.Range(0, 65).Select(i => $"{i}")])
        );
        Assert.Equal("there is 1 label, expected 2 to 64", LabelNames.Problem(["a"]));
        Assert.Equal("the label 'A' occurs twice", LabelNames.Problem(["a", "A"]));
        Assert.Contains(
            "expected 1 to 40 characters",
            LabelNames.Problem(["a", new string('b', 41)]),
            StringComparison.Ordinal
        );
        Assert.Equal("the label 'a?b' holds a control character", LabelNames.Problem(["a", "a\u001bb"]));
    }
}
