using System.CommandLine;
using Mien.CommandLine;

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
        command.SetAction(result => new NetworksRun(CommandConsole.Of(result)) { Json = result.GetValue(json) }.List());
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
        var command = new Command("show", "Prints a network layer by layer: shapes, parameters, MACs.")
        {
            network,
            json,
        };
        command.SetAction(result =>
            new NetworksRun(CommandConsole.Of(result)) { Json = result.GetValue(json) }.Show(result.GetValue(network)!)
        );
        return command.WithExamples(
            ("mien-lab networks show deep", "the predecessor's deep network"),
            ("mien-lab networks show deep --json > mine.json", "a copy to change and train")
        );
    }
}
