namespace Mien;

/// <summary>The names of the seven expressions in files and on the command line. Thread-safe.</summary>
public static class Expressions
{
    /// <summary>The number of expressions: 7.</summary>
    public const int Count = 7;

    /// <summary>
    /// The names in lower case, in the order of <see cref="Expression"/>: <c>anger</c> … <c>neutral</c>.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
    ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"];

    /// <summary>Gets the name of an expression in lower case, as in every output.</summary>
    /// <param name="expression">One of the seven expressions.</param>
    /// <returns>The name, such as <c>happiness</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="expression"/> is not one of the seven.</exception>
    public static string Name(this Expression expression) =>
        (uint)expression < Count ? Names[(int)expression] : throw new ArgumentOutOfRangeException(nameof(expression));

    /// <summary>
    /// Parses a name, ignoring case and surrounding spaces. Accepts <see cref="Names"/> and the adjectives used by
    /// other tools and data sets: angry, disgusted, fearful, afraid, happy, sad, surprised.
    /// </summary>
    /// <param name="name">The name; <see langword="null"/> is not a known name.</param>
    /// <param name="expression">The expression, if the name is known.</param>
    /// <returns>Whether the name is known.</returns>
    public static bool TryParse(string? name, out Expression expression)
    {
        int found = name?.Trim().ToUpperInvariant() switch
        {
            "ANGER" or "ANGRY" => 0,
            "DISGUST" or "DISGUSTED" => 1,
            "FEAR" or "FEARFUL" or "AFRAID" => 2,
            "HAPPINESS" or "HAPPY" => 3,
            "SADNESS" or "SAD" => 4,
            "SURPRISE" or "SURPRISED" => 5,
            "NEUTRAL" => 6,
            _ => -1,
        };
        expression = (Expression)Math.Max(found, 0);
        return found >= 0;
    }
}
