using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Makes the recipe and the network of every configuration, and so finds what is wrong with them before anything is trained.
/// </summary>
internal static class ConfigurationBuilder
{
    private static readonly JsonDocumentOptions NetworkJson = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>All configurations of an experiment, in the order of the search.</summary>
    /// <exception cref="TrainingException">
    /// A configuration has no valid recipe; the message names the file and the configuration.
    /// </exception>
    /// <exception cref="NetworkException">A configuration has no valid network; likewise.</exception>
    public static IReadOnlyList<Configuration> Build(ExperimentDefinition definition)
    {
        Configuration[] configurations =
        [
            .. ConfigurationExpander.Expand(definition).Select(s => Build(definition, s.Name, s.Levels)),
        ];
        int longest = configurations.Max(s => s.Epochs);
        return definition.Halving?.Epochs[^1] is { } last && last >= longest
            ? throw new TrainingException(
                ErrorKind.BadUsage,
                "badExperiment",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{definition.Source}, halving.epochs: found {last}, expected epochs under {longest}, the "
                        + $"most that a configuration has: nothing would be stopped there."
                )
            )
            : configurations;
    }

    private static Configuration Build(
        ExperimentDefinition definition,
        string name,
        IReadOnlyList<(Factor Factor, FactorLevel Level)> levels
    )
    {
        string where = $"{definition.Source} ({name})";
        KeyValuePair<string, JsonNode?>[] changes = [.. definition.Set, .. levels.SelectMany(l => l.Level.Changes)];
        JsonObject recipeJson = definition.Recipe.DeepClone().AsObject();
        foreach ((string key, JsonNode? value) in changes.Where(c => !IsNetworkKey(c.Key)))
        {
            recipeJson[key] = value?.DeepClone();
        }

        TrainingRecipe recipe = RecipeFile.Parse(recipeJson.ToJsonString(), where);
        NetworkGraph graph;
        KeyValuePair<string, JsonNode?>[] edits = [.. changes.Where(c => IsNetworkKey(c.Key))];
        try
        {
            NetworkDescription description = NetworkFiles.Resolve(
                recipe.Network,
                definition.Folder,
                definition.RecipeFolder
            );
            graph = NetworkGraph.Build(edits.Length == 0 ? description : Edit(description, edits, where));
        }
        catch (NetworkException e)
        {
            throw new NetworkException(
                e.Message.StartsWith(where, StringComparison.Ordinal) ? e.Message : $"{where}: {e.Message}",
                e.Layer,
                e
            );
        }

        RecipeRules.CheckSizes(recipe, graph, where);

        // What the run folder holds is complete: its recipe names the description that lies beside it.
        bool registered = edits.Length == 0 && NetworkFiles.IsRegistered(recipe.Network);
        recipe = registered ? recipe : recipe with { Network = "network.json" };
        try
        {
            recipe = Teachers.WithFullPath(recipe, definition.Folder, definition.RecipeFolder);
        }
        catch (UsageException e)
        {
            throw new UsageException($"{where}: {e.Message}");
        }

        return Configuration.Of(
            name,
            levels.ToDictionary(l => l.Factor.Name, l => l.Level.Name, StringComparer.Ordinal),
            recipe,
            graph
        );
    }

    private static NetworkDescription Edit(
        NetworkDescription description,
        KeyValuePair<string, JsonNode?>[] edits,
        string where
    )
    {
        JsonObject json = JsonNode.Parse(description.ToJson(), documentOptions: NetworkJson)!.AsObject();

        // Of two changes of one key the later counts: what varies hides what is set for all.
        new NetworkEditor(json, where).Apply(edits.GroupBy(e => e.Key, StringComparer.Ordinal).Select(g => g.Last()));
        return NetworkDescription.FromJson(json.ToJsonString(), where);
    }

    private static bool IsNetworkKey(string key) => key.StartsWith(NetworkEditor.Prefix, StringComparison.Ordinal);
}
