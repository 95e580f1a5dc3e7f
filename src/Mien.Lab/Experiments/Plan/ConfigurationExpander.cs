using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Creates the combinations of values that an experiment tries. The same file gives the same combinations in the same
/// order.
/// </summary>
internal static class ConfigurationExpander
{
    /// <summary>The maximum number of configurations; more are assumed to be a mistake.</summary>
    public const int MaxConfigurations = 1000;

    private const int MaxAttempts = 1000;
    private const int MaxNameLength = 120;

    /// <summary>Creates the named combinations, each with one level per factor.</summary>
    /// <exception cref="TrainingException">
    /// There are too many combinations, or fewer than a random search should draw.
    /// </exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<(Factor Factor, FactorLevel Level)> Levels)> Expand(
        ExperimentDefinition definition
    )
    {
        List<FactorLevel[]> combinations = definition.Search switch
        {
            SearchKind.Random => Draw(definition),
            SearchKind.OneFactor => OneFactor(definition.Factors),
            _ => Grid(definition),
        };
        var named = new List<(string Name, IReadOnlyList<(Factor Factor, FactorLevel Level)> Levels)>();
        // Folder names on some systems are case-insensitive.
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < combinations.Count; i++)
        {
            (Factor Factor, FactorLevel Level)[] levels = [.. definition.Factors.Zip(combinations[i])];
            string wanted = definition.Search == SearchKind.OneFactor ? OneFactorName(levels) : Name(levels, i),
                name = wanted;
            for (int n = 2; !names.Add(name); n++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{wanted}~{n}");
            }

            named.Add((name, levels));
        }

        return named;
    }

    private static List<FactorLevel[]> Grid(ExperimentDefinition definition)
    {
        long count = definition.Factors.Aggregate(1L, (n, f) => Math.Min(n * f.Levels.Count, int.MaxValue));
        if (count > MaxConfigurations)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "badExperiment",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{definition.Source}, vary: the grid has {count:N0} configurations, expected "
                        + $"{MaxConfigurations:N0} or fewer. Vary fewer keys, or draw a sample with "
                        + $"\"search\": \"random\", \"trials\": 30."
                )
            );
        }

        var combinations = new List<FactorLevel[]> { Array.Empty<FactorLevel>() };
        foreach (Factor factor in definition.Factors)
        {
            combinations = [.. combinations.SelectMany(c => factor.Levels.Select(l => (FactorLevel[])[.. c, l]))];
        }

        return combinations;
    }

    /// <summary>
    /// Draws random combinations. The first ones are the same for any <c>trials</c>, so that it can be raised later.
    /// </summary>
    private static List<FactorLevel[]> Draw(ExperimentDefinition definition)
    {
        var combinations = new List<FactorLevel[]>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int t = 0; t < definition.Trials; t++)
        {
            int attempt = 0;
            FactorLevel[] drawn;
            do
            {
                if (attempt == MaxAttempts)
                {
                    throw new TrainingException(
                        ErrorKind.BadUsage,
                        "badExperiment",
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{definition.Source}, trials: found {definition.Trials}, but only {t} different "
                                + $"configurations were found in {MaxAttempts:N0} draws. Reduce trials, or vary more."
                        )
                    );
                }

                SeededRandom random = SeededRandom.For(definition.SearchSeed, RandomPurpose.Search, t, attempt++);
                drawn = new FactorLevel[definition.Factors.Count];
                for (int f = 0; f < drawn.Length; f++)
                {
                    drawn[f] = Level(definition.Factors[f], random.Unit());
                }
            } while (!seen.Add(string.Join('\n', drawn.Select(l => l.Name))));
            combinations.Add(drawn);
        }

        return combinations;
    }

    private static FactorLevel Level(Factor factor, double place)
    {
        if (factor.Range is not { } range)
        {
            return factor.Levels[(int)(place * factor.Levels.Count)];
        }

        string value = range.At(place);
        return new FactorLevel(value, [KeyValuePair.Create(factor.Name, JsonNode.Parse(value))]);
    }

    private static List<FactorLevel[]> OneFactor(IReadOnlyList<Factor> factors)
    {
        int n = factors.Count;
        var masks = new List<bool[]> { new bool[n] };
        masks.AddRange(Enumerable.Range(0, n).Select(f => Enumerable.Range(0, n).Select(i => i == f).ToArray()));
        if (n > 1)
        {
            masks.Add([.. Enumerable.Repeat(true, n)]);
        }

        if (n > 2)
        {
            masks.AddRange(Enumerable.Range(0, n).Select(f => Enumerable.Range(0, n).Select(i => i != f).ToArray()));
        }

        return [.. masks.Select(m => factors.Select((f, i) => f.Levels[m[i] ? 1 : 0]).ToArray())];
    }

    /// <summary><c>none</c>, <c>only-flip</c>, <c>all</c>, <c>without-flip</c>.</summary>
    private static string OneFactorName((Factor Factor, FactorLevel Level)[] levels)
    {
        bool[] on = [.. levels.Select(l => ReferenceEquals(l.Level, l.Factor.Levels[1]))];
        int count = on.Count(o => o);
        return count == 0 ? "none"
            : count == on.Length && count > 1 ? "all"
            : count == 1 ? Clean("only-" + Short(levels[Array.IndexOf(on, true)].Factor))
            : Clean("without-" + Short(levels[Array.IndexOf(on, false)].Factor));
    }

    private static string Name((Factor Factor, FactorLevel Level)[] levels, int index)
    {
        string name =
            levels.Length == 0
                ? "base"
                : Clean(string.Join(',', levels.Select(l => $"{Short(l.Factor)}={Level(l.Level)}")));
        return name.Length <= MaxNameLength
            ? name
            : string.Create(CultureInfo.InvariantCulture, $"configuration-{index + 1:000}");

        // A path is shortened to its file name.
        static string Level(FactorLevel level) =>
            level.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
                ? Path.GetFileNameWithoutExtension(level.Name.Replace('\\', '/'))
                : level.Name.Trim('[', ']');
    }

    private static string Short(Factor factor) =>
        factor.Name.StartsWith(NetworkEditor.Prefix, StringComparison.Ordinal)
            ? factor.Name[NetworkEditor.Prefix.Length..]
            : factor.Name;

    /// <summary>Replaces characters that a file system or a shell might not accept.</summary>
    private static string Clean(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            text.Append(char.IsLetterOrDigit(c) || "._+=-,".Contains(c, StringComparison.Ordinal) ? c : '-');
        }

        return text.ToString();
    }
}
