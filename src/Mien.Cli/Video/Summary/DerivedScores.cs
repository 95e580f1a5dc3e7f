namespace Mien.Cli;

/// <summary>
/// Two numbers computed from the class probabilities by a fixed formula. They are no trained dimensions: nothing was
/// fitted to ratings of valence or arousal.
/// </summary>
internal static class DerivedScores
{
    private static readonly Expression[] Negative =
    [
        Expression.Anger,
        Expression.Disgust,
        Expression.Fear,
        Expression.Sadness,
    ];

    /// <summary>Happiness minus the largest of anger, disgust, fear and sadness, −1..1.</summary>
    /// <returns>The value; <see langword="null"/> if the model lacks one of these labels.</returns>
    public static float? Valence(LabelScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (Score(scores, Expression.Happiness) is not { } happiness)
        {
            return null;
        }

        float largest = 0;
        foreach (Expression expression in Negative)
        {
            if (Score(scores, expression) is not { } score)
            {
                return null;
            }

            largest = Math.Max(largest, score);
        }

        return happiness - largest;
    }

    /// <summary>1 minus neutral, 0..1.</summary>
    /// <returns>The value; <see langword="null"/> if the model has no label for neutral.</returns>
    public static float? Intensity(LabelScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return 1 - Score(scores, Expression.Neutral);
    }

    private static float? Score(LabelScores scores, Expression expression) =>
        scores.Set.PlaceOf(expression) is >= 0 and var place ? scores.Values[place] : null;
}
