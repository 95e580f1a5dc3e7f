using System.Globalization;
using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Networks;

namespace Mien.Lab;

/// <summary>Shows networks with their parameters and MACs.</summary>
internal sealed class NetworksRun(CommandConsole console)
{
    public bool Json { get; init; }

    /// <summary>Lists the registered networks.</summary>
    /// <returns>The exit code.</returns>
    public int List()
    {
        NetworkGraph[] graphs =
        [
            .. RegisteredNetworks.Names.Select(n => NetworkGraph.Build(RegisteredNetworks.Get(n))),
        ];
        if (Json)
        {
            var list = new JsonArray([
                .. graphs.Select(g => new JsonObject
                {
                    ["name"] = g.Description.Name,
                    ["summary"] = g.Description.Summary,
                    ["input"] = g.Input.ToString(),
                    ["parameters"] = g.Parameters,
                    ["trainableParameters"] = g.TrainableParameters,
                    ["macs"] = g.Macs,
                }),
            ]);
            console.Out.WriteLine(list.ToJsonString(ReadableJson.Options));
            return ExitCodes.Done;
        }

        console.Out.WriteLine($"{"name", -12}{"input", -10}{"parameters", 12}{"MACs", 16}  summary");
        foreach (NetworkGraph g in graphs)
        {
            console.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{g.Description.Name, -12}{g.Input, -10}{g.Parameters, 12:N0}{g.Macs, 16:N0} "
                        + $" {g.Description.Summary}"
                )
            );
        }

        return ExitCodes.Done;
    }

    /// <summary>Writes a network layer by layer, or its description.</summary>
    /// <param name="network">The name of a registered network, or a description file.</param>
    /// <returns>The exit code.</returns>
    public int Show(string network)
    {
        NetworkDescription description = RegisteredNetworks.Resolve(network);
        console.Out.WriteLine(
            Json ? description.ToJson() : NetworkSummary.Format(NetworkGraph.Build(description)).TrimEnd()
        );
        return ExitCodes.Done;
    }
}
