namespace Mien;

/// <summary>
/// The labels of a model in the order of its outputs, and which of them are among the seven expressions. One per model,
/// shared by all its results. Immutable and thread-safe.
/// </summary>
internal sealed class LabelSet
{
    private const int Most = 1000;
    private const int LongestLabel = 64;

    private readonly string[] names;
    private readonly Expression?[] expressions;
    private readonly Dictionary<string, int> places;
    private readonly int[] placeOfExpression = new int[Expressions.Count];

    /// <summary>Takes labels that <see cref="Problem"/> finds nothing wrong with.</summary>
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

    /// <summary>What is wrong with labels, as the end of a sentence; <see langword="null"/>: nothing.</summary>
    public static string? Problem(IReadOnlyList<string> labels)
    {
        if (labels.Count is < 2 or > Most)
        {
            return $"{(labels.Count == 1 ? "there is 1 label" : $"there are {labels.Count} labels")}, "
                + $"expected 2 to {Most}";
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var expressions = new Dictionary<Expression, string>();
        foreach (string label in labels)
        {
            if (label is null || label.Length is 0 or > LongestLabel || label.AsSpan().Trim().Length != label.Length)
            {
                return $"a label is '{label}', expected 1 to {LongestLabel} characters without spaces around them";
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

    /// <summary>Whether two models have the same labels in the same order.</summary>
    public bool Matches(LabelSet other) => ReferenceEquals(this, other) || names.AsSpan().SequenceEqual(other.names);

    /// <summary>Which of the seven a label is; <see langword="null"/>: none of them.</summary>
    public Expression? ExpressionOf(int place) => expressions[place];

    /// <summary>The place of a label; −1: it is none of them.</summary>
    public int PlaceOf(string label) => places.TryGetValue(label, out int place) ? place : -1;

    /// <summary>The place of an expression; −1: no label is that one.</summary>
    public int PlaceOf(Expression expression) =>
        (uint)expression < Expressions.Count ? placeOfExpression[(int)expression] : -1;
}
