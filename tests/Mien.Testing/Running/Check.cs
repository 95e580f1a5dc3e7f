using System.Runtime.CompilerServices;

namespace Mien.Testing;

/// <summary>Assertions that do not pass on nothing.</summary>
public static class Check
{
    /// <summary>
    /// Asserts something of every item of a list, which must have items: <c>Assert.All</c> says yes to an empty one.
    /// </summary>
    public static void All<T>(
        IEnumerable<T> items,
        Action<T> assert,
        [CallerArgumentExpression(nameof(items))] string list = ""
    ) => Assert.All(NotEmpty(items, list), assert);

    /// <summary>The same, with the number of the item.</summary>
    public static void All<T>(
        IEnumerable<T> items,
        Action<T, int> assert,
        [CallerArgumentExpression(nameof(items))] string list = ""
    ) => Assert.All(NotEmpty(items, list), assert);

    /// <summary>The items, of which there must be some.</summary>
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
