using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien info [MODEL]</c>: shows versions, machine and models, or a model's contract.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var model = new Argument<string?>("MODEL")
        {
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "MODEL", // otherwise the help shows the completions
            Description =
                "Built-in model or ONNX file whose contract to show. Without it: versions, machine and models.",
        }.RejectUnknownOptions();
        model.CompletionSources.Add([.. BuiltInModels.Names]);
        var json = new Option<bool>("--json") { Description = "Write a JSON object instead of text." };
        Option<string> device = CommonOptions.Device();
        var command = new Command(
            "info",
            "Show versions, machine and models, or a model's contract: input, labels, training data, metrics."
        )
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
            ("mien info", "Versions, machine and models; include this in a bug report."),
            ("mien info --device cuda", "Check that the GPU works; if not, the error says why."),
            ("mien info default", "The contract of a model with its metrics.")
        );
    }
}
