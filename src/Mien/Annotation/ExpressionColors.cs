namespace Mien;

/// <summary>
/// A fixed colour per expression. Six colours come from the palette of Okabe and Ito ("Color Universal Design", 2008),
/// which people with any common colour blindness can tell apart; neutral is light gray. All labels outside the seven
/// expressions share one colour. Thread-safe.
/// </summary>
public static class ExpressionColors
{
    private static readonly AnnotationColor[] Colors =
    [
        new(0xD5, 0x5E, 0x00), // anger: vermillion
        new(0x00, 0x9E, 0x73), // disgust: bluish green
        new(0xCC, 0x79, 0xA7), // fear: reddish purple
        new(0xF0, 0xE4, 0x42), // happiness: yellow
        new(0x00, 0x72, 0xB2), // sadness: blue
        new(0x56, 0xB4, 0xE9), // surprise: sky blue
        new(0xDD, 0xDD, 0xDD), // neutral
    ];

    private static readonly AnnotationColor Other = new(0xE6, 0x9F, 0x00); // orange

    /// <summary>Gets the colour of an expression.</summary>
    /// <param name="expression">One of the seven expressions.</param>
    /// <returns>The colour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="expression"/> is not one of the seven.</exception>
    public static AnnotationColor Of(Expression expression) =>
        (uint)expression < Expressions.Count
            ? Colors[(int)expression]
            : throw new ArgumentOutOfRangeException(
                nameof(expression),
                expression,
                "Expected one of the seven expressions."
            );

    /// <summary>Gets the colour of a label: that of its expression, or the shared colour of all other labels.</summary>
    /// <param name="label">A label of the model's contract; read as by <see cref="Expressions.TryParse"/>.</param>
    /// <returns>The colour.</returns>
    public static AnnotationColor Of(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        return Expressions.TryParse(label, out Expression expression) ? Of(expression) : Other;
    }
}
