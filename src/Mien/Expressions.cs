namespace Mien;

/// <summary>
/// The seven expressions in the order of <see cref="Expression"/>, and their names in files and on the command line.
/// </summary>
public static class Expressions
{
    /// <summary>The number of expressions: 7.</summary>
    public const int Count = 7;

    /// <summary>
    /// Lower-case English nouns, in the order of <see cref="Expression"/>: <c>anger</c> … <c>neutral</c>.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } =
    ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"];

    /// <summary>The lower-case name of an expression, as it stands in every output.</summary>
    /// <param name="expression">One of the seven.</param>
    /// <returns>For example <c>happiness</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="expression"/> is none of the seven.</exception>
    public static string Name(this Expression expression) =>
        (uint)expression < Count ? Names[(int)expression] : throw new ArgumentOutOfRangeException(nameof(expression));

    /// <summary>
    /// Reads a name, in any case. Besides <see cref="Names"/> the adjectives that other tools and folders use are
    /// understood: angry, disgusted, fearful, happy, sad, surprised.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="expression">The expression, where the name is known.</param>
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
