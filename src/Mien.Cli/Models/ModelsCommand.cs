using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien models</c>: lists the built-in models with the figures of their contracts.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Write a JSON array, an object a model." };
        var command = new Command("models", "List the built-in models and what was measured on them.") { json };
        command.SetAction(
            (parsed, cancellationToken) =>
                Task.FromResult(
                    new ModelsRun(CommandConsole.Of(parsed)) { Json = parsed.GetValue(json) }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien models", "Lists them."),
            ("mien info shallow", "Everything that one model's contract says.")
        );
    }
}
