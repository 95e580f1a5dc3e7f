using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab add-features</c>: adds the output with the features to an older model file.</summary>
internal static class AddFeaturesCommand
{
    public static Command Create()
    {
        Argument<string> model = new Argument<string>("MODEL")
        {
            Description = "A built-in model, or an ONNX file with a contract that ends in a dense layer.",
        }.RejectUnknownOptions();
        var output = new Option<string>("--output", "-o")
        {
            Description = "The model file to write.",
            HelpName = "FILE.onnx",
            Required = true,
        };
        var command = new Command(
            "add-features",
            "Adds the output 'features', which the last dense layer takes, to a model file that was written before "
                + "Mien wrote this output. The model can then be adapted to labels of your own. Predictions stay as "
                + "they are."
        )
        {
            model,
            output,
        };
        command.SetAction(result =>
            new AddFeaturesRun(CommandConsole.Of(result))
            {
                Model = result.GetValue(model)!,
                Output = result.GetValue(output)!,
            }.Execute()
        );
        return command.WithExamples(
            ("mien-lab add-features old.onnx -o new.onnx", "make a model file of an earlier version adaptable")
        );
    }
}
