using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien models</c>: lists the built-in models with their accuracy.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json")
        {
            Description = "Write a JSON array: one object per model, with its complete contract.",
        };
        var command = new Command(
            "models",
            "List the built-in models: size, input, heads, and accuracy on FER2013's PublicTest (the validation split)."
        )
        {
            json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                Task.FromResult(
                    new ModelsRun(CommandConsole.Of(parsed)) { Json = parsed.GetValue(json) }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien models", "The built-in models as a table."),
            ("mien info default", "The complete contract of one model.")
        );
    }
}
