using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab networks</c>: lists the registered networks and shows a network layer by layer.</summary>
internal static class NetworksCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Write the list as JSON." };
        var command = new Command("networks", "Lists the registered networks with their parameters and MACs.")
        {
            json,
            CreateShow(),
            NetworksBenchCommand.Create(),
        };
        command.SetAction(result => new NetworksRun(CommandConsole.Of(result)) { Json = result.GetValue(json) }.List());
        return command.WithExamples(
            ("mien-lab networks", "list the registered networks"),
            ("mien-lab networks show deep", "show one of them layer by layer"),
            ("mien-lab networks bench deep", "measure its speed on this machine")
        );
    }

    private static Command CreateShow()
    {
        var network = new Argument<string>("NETWORK")
        {
            Description = "The name of a registered network, or a description file (.json).",
        }.RejectUnknownOptions();
        var json = new Option<bool>("--json")
        {
            Description = "Write the description as JSON, to start your own network from.",
        };
        var command = new Command("show", "Prints a network layer by layer: shapes, parameters, MACs.")
        {
            network,
            json,
        };
        command.SetAction(result =>
            new NetworksRun(CommandConsole.Of(result)) { Json = result.GetValue(json) }.Show(result.GetValue(network)!)
        );
        return command.WithExamples(
            ("mien-lab networks show deep", "the deep network layer by layer"),
            ("mien-lab networks show deep --json > mine.json", "copy it to change and train it")
        );
    }
}
