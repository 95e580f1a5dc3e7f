using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Builds the recipe and the network of every configuration, so that errors are found before anything is trained.
/// </summary>
internal static class ConfigurationBuilder
{
    private static readonly JsonDocumentOptions NetworkJson = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Builds all configurations of an experiment, in the order of the search.</summary>
    /// <exception cref="TrainingException">
    /// The recipe of a configuration is invalid; the message names the file and the configuration.
    /// </exception>
    /// <exception cref="NetworkException">
    /// The network of a configuration is invalid; the message names both too.
    /// </exception>
    public static IReadOnlyList<Configuration> Build(ExperimentDefinition definition)
    {
        Configuration[] configurations =
        [
            .. ConfigurationExpander.Expand(definition).Select(s => Build(definition, s.Name, s.Levels)),
        ];
        if (definition.Halving is not null && configurations.FirstOrDefault(s => s.Hours > 0) is { } timed)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "badExperiment",
                $"{definition.Source}, halving: found 'hours' in {timed.Name}, expected 'epochs' only: with hours, the "
                    + $"epochs of two configurations are not comparable. Remove 'hours' or 'halving'."
            );
        }

        int longest = configurations.Max(s => s.Epochs);
        return definition.Halving?.Epochs[^1] is { } last && last >= longest
            ? throw new TrainingException(
                ErrorKind.BadUsage,
                "badExperiment",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{definition.Source}, halving.epochs: found {last}, expected epochs under {longest}, the largest "
                        + $"number of epochs of a configuration: no configuration would be stopped at {last}."
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
            graph = NetworkGraph.Build(
                NetworkFiles.WithHeads(edits.Length == 0 ? description : Edit(description, edits, where), recipe)
            );
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
        RecipeRules.HeadShares(recipe, graph, where);

        // A run folder is self-contained: its recipe names the network description in the same folder.
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

        // If a key is changed twice, the later change wins: values under "vary" override those under "set".
        new NetworkEditor(json, where).Apply(edits.GroupBy(e => e.Key, StringComparer.Ordinal).Select(g => g.Last()));
        return NetworkDescription.FromJson(json.ToJsonString(), where);
    }

    private static bool IsNetworkKey(string key) => key.StartsWith(NetworkEditor.Prefix, StringComparison.Ordinal);
}
