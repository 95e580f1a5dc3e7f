using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien info [MODEL]</c>: versions, machine and models, or what a model's contract says.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var model = new Argument<string?>("MODEL")
        {
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "MODEL", // else the help would show the completions
            Description =
                "A built-in model or an ONNX file, to see its contract; without one, versions, machine and models.",
        }.RejectUnknownOptions();
        model.CompletionSources.Add([.. BuiltInModels.Names]);
        var json = new Option<bool>("--json") { Description = "Write a JSON object." };
        Option<string> device = CommonOptions.Device();
        var command = new Command("info", "Show versions, machine and models, or what a model's contract says.")
        {
            model,
            device,
            json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
                Task.FromResult(
                    new InfoRun(CommandConsole.Of(parsed))
                    {
                        Model = parsed.GetValue(model),
                        Device = CommonOptions.DeviceOf(parsed.GetValue(device)),
                        Json = parsed.GetValue(json),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien info", "What runs here; what to write into a report of a fault."),
            ("mien info --device cuda", "Does the GPU work? An error says why not."),
            ("mien info shallow", "The contract of a model, with its figures.")
        );
    }
}
