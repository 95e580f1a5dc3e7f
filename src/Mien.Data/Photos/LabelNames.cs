using System.Globalization;

namespace Mien.Data;

/// <summary>
/// The labels that labelled photos may have, and the spellings in which data writes them. Immutable and thread-safe.
/// </summary>
internal sealed class LabelNames
{
    /// <summary>The maximum number of labels of an adapted model.</summary>
    public const int MaxLabels = 64;

    /// <summary>The maximum length of a label in characters.</summary>
    public const int MaxLength = 40;

    // A name that differs in more than a third of its letters is another word and not a misspelling.
    private const int LettersPerMistake = 3;

    private readonly string[] labels;
    private readonly Dictionary<string, int> places;

    /// <summary>Creates a set of labels; <see cref="Problem"/> says which can be used.</summary>
    /// <param name="labels">The labels in their order.</param>
    public LabelNames(IReadOnlyList<string> labels)
    {
        this.labels = [.. labels];
        places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < this.labels.Length; i++)
        {
            places.TryAdd(this.labels[i], i);
        }

        // A label of the model comes before a spelling of an expression.
        int[] expressions = [.. Enumerable.Repeat(-1, Expressions.Count)];
        for (int i = 0; i < this.labels.Length; i++)
        {
            if (Expressions.TryParse(this.labels[i], out Expression expression))
            {
                expressions[(int)expression] = i;
                places.TryAdd(expression.Name(), i);
            }
        }

        foreach ((string spelling, Expression expression) in LabelSpellings.All)
        {
            if (expressions[(int)expression] is >= 0 and var place)
            {
                places.TryAdd(spelling, place);
            }
        }

        HasNumbers = !expressions.Contains(-1);
        for (int digit = 0; HasNumbers && digit < expressions.Length; digit++)
        {
            places.TryAdd(digit.ToString(CultureInfo.InvariantCulture), expressions[digit]);
        }
    }

    /// <summary>The seven expressions.</summary>
    public static LabelNames Seven { get; } = new(Expressions.Names);

    /// <summary>The labels in their order.</summary>
    public IReadOnlyList<string> Labels => labels;

    /// <summary>The labels as a list for messages.</summary>
    public string Expected => string.Join(", ", labels) + (HasNumbers ? " or 0 to 6" : "");

    /// <summary>Whether all seven expressions are among the labels, so that FER2013's numbers have a meaning.</summary>
    private bool HasNumbers { get; }

    /// <summary>Checks labels that a user chose.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>What is wrong with them; <c>null</c> if they can be used.</returns>
    public static string? Problem(IReadOnlyList<string> labels)
    {
        if (labels.Count is < 2 or > MaxLabels)
        {
            string found = labels.Count == 1 ? "is 1 label" : $"are {labels.Count} labels";
            return $"there {found}, expected 2 to {MaxLabels}";
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string label in labels)
        {
            string shown = new([.. label.Take(MaxLength).Select(c => char.IsControl(c) ? '?' : c)]);
            if (label.Any(char.IsControl))
            {
                return $"the label '{shown}' holds a control character";
            }

            if (label.Length is 0 or > MaxLength || label.AsSpan().Trim().Length != label.Length)
            {
                return $"a label is '{shown}{(label.Length > MaxLength ? "…" : "")}', expected 1 to {MaxLength} "
                    + "characters without leading or trailing spaces";
            }

            if (!seen.Add(label))
            {
                return $"the label '{label}' occurs twice";
            }
        }

        return null;
    }

    /// <summary>Finds a label, ignoring case and surrounding spaces.</summary>
    /// <param name="text">The label as the data writes it: its name, a spelling of an expression, or 0 to 6.</param>
    /// <param name="place">The index of the label.</param>
    /// <returns>Whether there is such a label.</returns>
    public bool TryFind(string text, out int place) => places.TryGetValue(text.Trim(), out place);

    /// <summary>The known name that is most like an unknown one.</summary>
    /// <param name="text">An unknown label.</param>
    /// <returns>A label; <c>null</c> if none is similar.</returns>
    public string? Nearest(string text)
    {
        string plain = text.Trim().ToUpperInvariant();
        (string Name, int Distance) best = places
            .Keys.Where(k => k.Length > 1)
            .Select(k => (Name: k, Distance: Distance(k.ToUpperInvariant(), plain)))
            .Where(c => c.Distance * LettersPerMistake <= Math.Max(c.Name.Length, plain.Length))
            .OrderBy(c => c.Distance)
            .ThenBy(c => c.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name is null ? null : labels[places[best.Name]];
    }

    /// <summary>The message for an unknown label, without a full stop.</summary>
    /// <param name="what">What it is, such as "unknown label".</param>
    /// <param name="text">The label as the data writes it.</param>
    public string Unknown(string what, string text)
    {
        string nearest = Nearest(text) is { } name ? $" (the nearest known name is '{name}')" : "";
        return $"{what} '{Csv.Excerpt(System.Text.Encoding.UTF8.GetBytes(text))}'{nearest}, expected {Expected}";
    }

    /// <summary>The number of letters to insert, delete, replace or swap with their neighbour.</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > MaxLength || b.Length > 2 * MaxLength)
        {
            return int.MaxValue / LettersPerMistake;
        }

        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                int least = Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1;
                least = Math.Min(least, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                bool isSwapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                cost[i, j] = isSwapped ? Math.Min(least, cost[i - 2, j - 2] + 1) : least;
            }
        }

        return cost[a.Length, b.Length];
    }
}
