using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Mien.CommandLine;
using Mien.Networks;

namespace Mien.Lab;

/// <summary><c>mien-lab networks</c>: the registered networks, and any description layer by layer.</summary>
internal static class NetworksCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Write the list as JSON." };
        var command = new Command("networks", "Lists the registered networks with their cost.")
        {
            json,
            CreateShow(),
            NetworksBenchCommand.Create(),
        };
        command.SetAction(result =>
        {
            CommandConsole console = CommandConsole.Of(result);
            NetworkGraph[] graphs =
            [
                .. RegisteredNetworks.Names.Select(n => NetworkGraph.Build(RegisteredNetworks.Get(n))),
            ];
            if (result.GetValue(json))
            {
                var list = new JsonArray([
                    .. graphs.Select(g => new JsonObject
                    {
                        ["name"] = g.Description.Name,
                        ["summary"] = g.Description.Summary,
                        ["input"] = g.Input.ToString(),
                        ["parameters"] = g.Parameters,
                        ["trainableParameters"] = g.TrainableParameters,
                        ["multiplyAdds"] = g.MultiplyAdds,
                    }),
                ]);
                console.Out.WriteLine(list.ToJsonString(ReadableJson.Options));
                return ExitCodes.Done;
            }

            console.Out.WriteLine($"{"name", -12}{"input", -10}{"parameters", 12}{"multiply-adds", 16}  summary");
            foreach (NetworkGraph g in graphs)
            {
                console.Out.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{g.Description.Name, -12}{g.Input, -10}{g.Parameters, 12:N0}{g.MultiplyAdds, 16:N0} "
                            + $" {g.Description.Summary}"
                    )
                );
            }

            return ExitCodes.Done;
        });
        return command.WithExamples(
            ("mien-lab networks", "the networks that come with Mien"),
            ("mien-lab networks show deep", "one of them layer by layer"),
            ("mien-lab networks bench deep", "how fast one of them is here")
        );
    }

    private static Command CreateShow()
    {
        var network = new Argument<string>("NETWORK")
        {
            Description = "A registered network's name, or a description file (.json).",
        }.RejectUnknownOptions();
        var json = new Option<bool>("--json")
        {
            Description = "Write the description as JSON: a start for one of your own.",
        };
        var command = new Command("show", "Prints a network layer by layer: shapes, parameters, multiply-adds.")
        {
            network,
            json,
        };
        command.SetAction(result =>
        {
            CommandConsole console = CommandConsole.Of(result);
            NetworkDescription description = RegisteredNetworks.Resolve(result.GetValue(network)!);
            console.Out.WriteLine(
                result.GetValue(json)
                    ? description.ToJson()
                    : NetworkSummary.Format(NetworkGraph.Build(description)).TrimEnd()
            );
            return ExitCodes.Done;
        });
        return command.WithExamples(
            ("mien-lab networks show deep", "the predecessor's deep network"),
            ("mien-lab networks show deep --json > mine.json", "a copy to change and train")
        );
    }
}
