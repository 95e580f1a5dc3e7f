using System.Text.Json;
using System.Text.Json.Nodes;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Reads an experiment file: JSON that may have comments and trailing commas. Unknown keys are errors.
/// </summary>
internal sealed class ExperimentFile
{
    private static readonly string[] Keys =
    [
        "name",
        "summary",
        "recipe",
        "set",
        "vary",
        "search",
        "trials",
        "searchSeed",
        "seeds",
        "halving",
    ];

    /// <summary>Recipe keys that an experiment cannot vary, and what to do instead.</summary>
    private static readonly Dictionary<string, string> NotHere = new(StringComparer.Ordinal)
    {
        ["seed"] = "give the seeds of an experiment as \"seeds\": [1, 2]",
        ["threads"] = "it changes the speed and not the result; set it in the base recipe or with --threads",
    };

    private readonly ExperimentJson json;
    private readonly string folder;

    private ExperimentFile(string path)
    {
        json = new ExperimentJson(path);
        folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
    }

    /// <summary>Reads and checks an experiment file.</summary>
    /// <exception cref="TrainingException">
    /// The file cannot be read or is not valid; the message names the file, the key and the value.
    /// </exception>
    public static ExperimentDefinition Load(string path)
    {
        try
        {
            return new ExperimentFile(path).Read(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "experimentNotFound",
                e is FileNotFoundException or DirectoryNotFoundException
                    ? $"{path}: file not found, expected an experiment file (JSON). Check the path."
                    : $"{path}: the experiment file cannot be read: {e.Message}",
                e
            );
        }
    }

    private ExperimentDefinition Read(string path, string text)
    {
        JsonObject root = json.Parse(text);
        json.OnlyKeys(root, "", Keys);
        SearchKind search = root["search"] is { } s ? json.OneOf<SearchKind>(s, "search") : SearchKind.Grid;
        (JsonObject recipe, string recipeFolder) = BaseRecipe(root["recipe"]);
        KeyValuePair<string, JsonNode?>[] set = root["set"] is { } given
            ? Changes(json.Object(given, "set"), "set")
            : [];
        Factor[] factors = root["vary"] is { } vary
            ? [.. json.Object(vary, "vary").Select(v => ReadFactor(v.Key, v.Value, search))]
            : [];
        NoKeyTwice(factors);
        Need(root, "trials", search == SearchKind.Random, "\"search\": \"random\"");
        Need(root, "searchSeed", search == SearchKind.Random ? null : false, "\"search\": \"random\"");
        if (search == SearchKind.OneFactor && factors.FirstOrDefault(f => f.Levels.Count != 2) is { } other)
        {
            throw json.Wrong(
                $"vary.{other.Name}",
                $"found {other.Levels.Count} values, expected the two values [without, with], which \"search\": "
                    + $"\"oneFactor\" needs"
            );
        }

        return new ExperimentDefinition
        {
            Source = path,
            Folder = folder,
            Name = root["name"] is { } name
                ? FolderName(json.Text(name, "name"))
                : Path.GetFileNameWithoutExtension(path),
            Summary = root["summary"] is { } summary ? json.Text(summary, "summary") : null,
            Recipe = recipe,
            RecipeFolder = recipeFolder,
            Set = set,
            Factors = factors,
            Search = search,
            Trials = root["trials"] is { } trials
                ? json.Whole(trials, "trials", 1, ConfigurationExpander.MaxConfigurations)
                : 0,
            SearchSeed = root["searchSeed"] is { } seed
                ? json.Whole(seed, "searchSeed", int.MinValue, int.MaxValue)
                : 1,
            Seeds = root["seeds"] is { } seeds ? Seeds(seeds) : [1],
            Halving = root["halving"] is { } halving ? ReadHalving(json.Object(halving, "halving")) : null,
        };
    }

    private string FolderName(string name) =>
        RunFolders.IsName(name)
            ? name
            : throw json.Wrong(
                "name",
                $"found \"{name}\", expected a folder name without a path; give the folder of all runs with --runs DIR"
            );

    private (JsonObject Recipe, string Folder) BaseRecipe(JsonNode? node)
    {
        switch (node)
        {
            case null:
                return (Full("{}", "the recipe"), folder);
            case JsonObject inline:
                if (inline.Select(k => k.Key).FirstOrDefault(k => k == "seed") is { } seed)
                {
                    throw json.Wrong($"recipe.{seed}", $"'{seed}' is not allowed here: {NotHere[seed]}");
                }

                return (Full(inline.ToJsonString(), $"{json.Source}, recipe"), folder);
            default:
                string named = json.Text(node, "recipe");
                string beside = Path.Combine(folder, named);
                string path = File.Exists(beside) ? beside : named;
                if (!File.Exists(path))
                {
                    throw json.Wrong(
                        "recipe",
                        $"file '{named}' not found, neither in the experiment's folder ({folder}) nor in the current "
                            + $"folder; expected a recipe file, or the recipe itself as {{ … }}"
                    );
                }

                return (
                    JsonNode.Parse(RecipeFile.ToJson(RecipeFile.Load(path)))!.AsObject(),
                    Path.GetDirectoryName(Path.GetFullPath(path))!
                );
        }

        static JsonObject Full(string text, string source) =>
            JsonNode.Parse(RecipeFile.ToJson(RecipeFile.Parse(text, source)))!.AsObject();
    }

    private Factor ReadFactor(string name, JsonNode? node, SearchKind search)
    {
        string path = $"vary.{name}";
        switch (node)
        {
            case JsonArray { Count: > 0 } values:
                CheckKey(name, path);
                FactorLevel[] levels =
                [
                    .. values.Select(v => new FactorLevel(ExperimentJson.Show(v), [KeyValuePair.Create(name, v)])),
                ];
                if (levels.GroupBy(l => l.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
                {
                    throw json.Wrong(path, $"the value {twice.Key} is given twice");
                }

                return new Factor(name, levels, null);
            case JsonObject range when range.ContainsKey("from") || range.ContainsKey("to"):
                CheckKey(name, path);
                return search == SearchKind.Random
                    ? new Factor(name, [], Range(range, path))
                    : throw json.Wrong(
                        path,
                        "found a range, which needs \"search\": \"random\"; expected a list of values, such as "
                            + "[0.05, 0.1]"
                    );
            case JsonObject { Count: > 0 } named:
                return new Factor(
                    name,
                    [
                        .. named.Select(n => new FactorLevel(
                            n.Key,
                            Changes(json.Object(n.Value, $"{path}.{n.Key}"), $"{path}.{n.Key}")
                        )),
                    ],
                    null
                );
            default:
                throw json.Wrong(
                    path,
                    $"found {ExperimentJson.Found(node)}, expected a list of values [0.05, 0.1], a range "
                        + $"{{ \"from\": 0.01, \"to\": 0.3 }}, or named alternatives {{ \"sgd\": "
                        + $"{{ \"optimizer\": \"sgd\" }} }}"
                );
        }
    }

    private ValueRange Range(JsonObject node, string path)
    {
        json.OnlyKeys(node, path, ["from", "to", "scale", "step"]);
        double from = json.Number(node["from"], $"{path}.from"),
            to = json.Number(node["to"], $"{path}.to");
        bool logarithmic =
            node["scale"] is { } scale && json.OneOf<RangeScale>(scale, $"{path}.scale") == RangeScale.Log;
        double step = node["step"] is { } s ? json.Number(s, $"{path}.step") : 0;
        if (from >= to || (logarithmic && from <= 0))
        {
            throw json.Wrong(
                path,
                $"found {ExperimentJson.Show(node["from"])} to {ExperimentJson.Show(node["to"])}, expected "
                    + $"'from' less than 'to'{(logarithmic ? " and over 0, for a logarithmic scale" : "")}"
            );
        }

        if (node["step"] is not null && (step <= 0 || logarithmic))
        {
            throw json.Wrong(
                $"{path}.step",
                $"found {ExperimentJson.Show(node["step"])}, expected a number over 0, and only with a linear scale"
            );
        }

        return new ValueRange(
            from,
            to,
            logarithmic,
            ExperimentJson.IsWhole(node["from"]) && ExperimentJson.IsWhole(node["to"]),
            step
        );
    }

    private Halving ReadHalving(JsonObject node)
    {
        json.OnlyKeys(node, "halving", ["epochs", "keep"]);
        int[] epochs = json.WholeNumbers(node["epochs"], "halving.epochs", 1);
        double keep = json.Number(node["keep"], "halving.keep");
        return keep is <= 0 or >= 1
                ? throw json.Wrong(
                    "halving.keep",
                    $"found {ExperimentJson.Show(node["keep"])}, expected the share that continues, over 0 and under 1"
                )
            : epochs.Zip(epochs.Skip(1)).Any(p => p.First >= p.Second)
                ? throw json.Wrong(
                    "halving.epochs",
                    $"found {node["epochs"]!.ToJsonString()}, expected increasing epochs, such as [4, 10]"
                )
            : new Halving(epochs, keep);
    }

    private int[] Seeds(JsonNode node)
    {
        int[] seeds = json.WholeNumbers(node, "seeds", int.MinValue);
        return seeds.Distinct().Count() == seeds.Length
            ? seeds
            : throw json.Wrong("seeds", $"found {node.ToJsonString()}, expected different seeds");
    }

    private KeyValuePair<string, JsonNode?>[] Changes(JsonObject node, string path)
    {
        foreach (string key in node.Select(n => n.Key))
        {
            CheckKey(key, $"{path}.{key}");
        }

        return [.. node];
    }

    private void CheckKey(string key, string path)
    {
        if (NotHere.TryGetValue(key, out string? instead))
        {
            throw json.Wrong(path, $"'{key}' is not allowed here: {instead}");
        }

        if (
            !key.StartsWith(NetworkEditor.Prefix, StringComparison.Ordinal)
            && !RecipeKey.Names.Contains(key, StringComparer.Ordinal)
        )
        {
            throw json.Wrong(
                path,
                $"unknown key '{key}'; expected network.LAYER.KEY, network.width, network.input.size, or a recipe "
                    + $"key: {string.Join(", ", RecipeKey.Names.Where(k => !NotHere.ContainsKey(k)))}"
            );
        }
    }

    private void NoKeyTwice(IReadOnlyList<Factor> factors)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Factor factor in factors)
        {
            foreach (
                string key in factor.Range is null
                    ? factor.Levels.SelectMany(l => l.Changes).Select(c => c.Key).Distinct()
                    : [factor.Name]
            )
            {
                if (!owners.TryAdd(key, factor.Name))
                {
                    throw json.Wrong(
                        $"vary.{factor.Name}",
                        $"'{key}' is also set by '{owners[key]}', so one would override the other; combine them into "
                            + $"named alternatives of one factor"
                    );
                }
            }
        }
    }

    /// <summary>
    /// Checks a key that the search requires (<c>true</c>), allows (<c>null</c>) or does not use (<c>false</c>).
    /// </summary>
    private void Need(JsonObject root, string key, bool? needed, string search)
    {
        if (needed == true && root[key] is null)
        {
            throw json.Wrong(key, $"the key is missing; {search} needs the number of configurations to draw");
        }

        if (needed == false && root[key] is not null)
        {
            throw json.Wrong(key, $"the key is only allowed with {search}");
        }
    }

    private enum RangeScale
    {
        Linear,
        Log,
    }
}
