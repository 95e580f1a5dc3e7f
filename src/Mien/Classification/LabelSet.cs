namespace Mien;

/// <summary>
/// The labels of a model in the order of its outputs, and which of them are among the seven expressions. All results of
/// a model share one instance. Immutable and thread-safe.
/// </summary>
internal sealed class LabelSet
{
    public const int MaxLabels = 1000;
    private const int MaxLength = 64;

    private readonly string[] names;
    private readonly Expression?[] expressions;
    private readonly Dictionary<string, int> places;
    private readonly int[] placeOfExpression = new int[Expressions.Count];

    /// <summary>Creates a set of labels that <see cref="Problem"/> accepts.</summary>
    public LabelSet(IReadOnlyList<string> labels)
    {
        names = [.. labels];
        expressions = [.. names.Select(n => Expressions.TryParse(n, out Expression e) ? e : (Expression?)null)];
        places = new Dictionary<string, int>(names.Length, StringComparer.Ordinal);
        Array.Fill(placeOfExpression, -1);
        for (int i = 0; i < names.Length; i++)
        {
            places.Add(names[i], i);
            if (expressions[i] is { } expression)
            {
                placeOfExpression[(int)expression] = i;
            }
        }
    }

    public IReadOnlyList<string> Names => names;

    public int Count => names.Length;

    /// <summary>
    /// Describes what is wrong with labels, as the end of a sentence; <see langword="null"/> if they are valid.
    /// </summary>
    public static string? Problem(IReadOnlyList<string> labels)
    {
        if (labels.Count is < 2 or > MaxLabels)
        {
            return $"{(labels.Count == 1 ? "there is 1 label" : $"there are {labels.Count} labels")}, "
                + $"expected 2 to {MaxLabels}";
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var expressions = new Dictionary<Expression, string>();
        foreach (string label in labels)
        {
            if (label is null || label.Length is 0 or > MaxLength || label.AsSpan().Trim().Length != label.Length)
            {
                return $"a label is '{label}', expected 1 to {MaxLength} characters without leading or trailing spaces";
            }

            if (label.Any(char.IsControl))
            {
                return $"the label '{new string([.. label.Select(c => char.IsControl(c) ? '?' : c)])}' holds a control "
                    + "character";
            }

            if (!seen.Add(label))
            {
                return $"the label '{label}' occurs twice";
            }

            if (Expressions.TryParse(label, out Expression expression) && !expressions.TryAdd(expression, label))
            {
                return $"the labels '{expressions[expression]}' and '{label}' are the same expression";
            }
        }

        return null;
    }

    /// <summary>Checks whether two models have the same labels in the same order.</summary>
    public bool Matches(LabelSet other) => ReferenceEquals(this, other) || names.AsSpan().SequenceEqual(other.names);

    /// <summary>
    /// Gets the expression of the label at an index; <see langword="null"/> if it is not one of the seven.
    /// </summary>
    public Expression? ExpressionOf(int place) => expressions[place];

    /// <summary>Gets the index of a label; −1 if there is no such label.</summary>
    public int PlaceOf(string label) => places.TryGetValue(label, out int place) ? place : -1;

    /// <summary>Gets the index of an expression's label; −1 if no label stands for it.</summary>
    public int PlaceOf(Expression expression) =>
        (uint)expression < Expressions.Count ? placeOfExpression[(int)expression] : -1;
}
