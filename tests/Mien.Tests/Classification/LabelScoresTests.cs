using System.Text.Json;

namespace Mien.Tests;

public sealed class LabelScoresTests
{
    private static readonly LabelScores Scores = new(
        ["surprise", "contempt", "neutral", "happy"],
        [0.1f, 0.4f, 0.4f, 0.1f]
    );

    [Fact]
    public void Scores_are_enumerated_in_order_and_can_be_looked_up_by_label_and_expression()
    {
        Assert.Equal(
            [("surprise", 0.1f), ("contempt", 0.4f), ("neutral", 0.4f), ("happy", 0.1f)],
            Scores.Select(s => (s.Key, s.Value))
        );
        Assert.Equal(4, Scores.Count);
        Assert.Equal(0.4f, Scores["contempt"]);
        Assert.Equal(0.1f, Scores[Expression.Happiness]);
        Assert.True(Scores.ContainsKey("happy"));
        Assert.False(Scores.ContainsKey("Happy"));
        Assert.False(Scores.TryGetValue("happiness", out _));
        Assert.Contains(
            "has no label 'fear'; it has surprise, contempt, neutral, happy.",
            Assert.Throws<KeyNotFoundException>(() => Scores["fear"]).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "has no label for the expression Fear",
            Assert.Throws<KeyNotFoundException>(() => Scores[Expression.Fear]).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<KeyNotFoundException>(() => Scores[(Expression)7]);
    }

    [Fact]
    public void A_serializer_writes_an_object_in_contract_order() =>
        Assert.Equal("""{"surprise":0.1,"contempt":0.4,"neutral":0.4,"happy":0.1}""", JsonSerializer.Serialize(Scores));

    [Fact]
    public void On_a_tie_the_first_label_wins_and_a_label_outside_the_seven_has_no_expression()
    {
        var result = new ExpressionResult(Scores);
        Assert.Equal(("contempt", null, 0.4f), (result.Label, result.Expression, result.Confidence));
        Assert.Equal("contempt 40.0 %", result.ToString());

        var happy = new ExpressionResult(new LabelScores(Scores.Labels, [0, 0.2f, 0.3f, 0.5f]));
        Assert.Equal(("happy", Expression.Happiness), (happy.Label, happy.Expression));
    }

    [Fact]
    public void Scores_that_do_not_match_the_labels_are_refused()
    {
        Assert.Contains(
            "Expected one score for each of the 7 labels, got 6.",
            Assert.Throws<ArgumentException>(() => new LabelScores(Expressions.Names, new float[6])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "the label 'A' occurs twice",
            Assert.Throws<ArgumentException>(() => new LabelScores(["a", "A"], new float[2])).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => new LabelScores(["a", null!], new float[2]));
        Assert.Throws<ArgumentNullException>(() => new LabelScores((IReadOnlyList<string>)null!, []));
        Assert.Throws<ArgumentNullException>(() => new ExpressionResult(null!));
    }

    [Fact]
    public void Labels_have_the_colour_of_their_expression_and_all_other_labels_share_one()
    {
        Assert.Equal(ExpressionColors.Of(Expression.Sadness), ExpressionColors.Of("sad"));
        Assert.Equal(ExpressionColors.Of("contempt"), ExpressionColors.Of("calm"));
        Assert.DoesNotContain(
            ExpressionColors.Of("contempt"),
            Enum.GetValues<Expression>().Select(ExpressionColors.Of)
        );
    }
}
