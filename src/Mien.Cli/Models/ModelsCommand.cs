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
            {
                CommandConsole console = CommandConsole.Of(parsed);
                IReadOnlyList<ModelSummary> models = ModelSummary.ReadAll(cancellationToken);
                if (parsed.GetValue(json))
                {
                    console.Out.WriteLine(JsonText.Write(writer => ModelSummary.WriteJson(writer, models)));
                }
                else
                {
                    ModelSummary.WriteTable(console, models);
                }

                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            ("mien models", "Lists them."),
            ("mien info shallow", "Everything that one model's contract says.")
        );
    }
}
