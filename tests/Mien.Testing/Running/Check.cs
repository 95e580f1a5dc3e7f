using System.Runtime.CompilerServices;

namespace Mien.Testing;

/// <summary>Assertions that fail on empty lists.</summary>
public static class Check
{
    /// <summary>
    /// Asserts a condition for every item of a list that must not be empty: <c>Assert.All</c> passes on an empty list.
    /// </summary>
    public static void All<T>(
        IEnumerable<T> items,
        Action<T> assert,
        [CallerArgumentExpression(nameof(items))] string list = ""
    ) => Assert.All(NotEmpty(items, list), assert);

    /// <summary>The same, with the index of the item.</summary>
    public static void All<T>(
        IEnumerable<T> items,
        Action<T, int> assert,
        [CallerArgumentExpression(nameof(items))] string list = ""
    ) => Assert.All(NotEmpty(items, list), assert);

    /// <summary>Gets the items and asserts that there are any.</summary>
    public static IReadOnlyList<T> NotEmpty<T>(
        IEnumerable<T> items,
        [CallerArgumentExpression(nameof(items))] string list = ""
    )
    {
        T[] all = [.. items];
        Assert.True(all.Length > 0, $"Nothing was checked: {list} is empty.");
        return all;
    }
}
