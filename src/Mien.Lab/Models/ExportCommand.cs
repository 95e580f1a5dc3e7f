using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab export</c>: a run becomes a model file.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Argument<string> run = RunOptions.Run();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The model file; by default NAME.onnx in the run's folder.",
            HelpName = "FILE.onnx",
        };
        var name = new Option<string?>("--name", "-n")
        {
            Description = "The model's name; by default the network's.",
            HelpName = "NAME",
        };
        var last = new Option<bool>("--last")
        {
            Description = "The newest checkpoint's weights instead of those with the best PublicTest accuracy.",
        };
        Option<bool> half = ModelFile.HalfOption();
        var uncalibrated = new Option<bool>("--uncalibrated")
        {
            Description =
                "Neither fit a temperature nor measure: the contract has temperature 1, no threshold and no "
                + "figures. The data is not read (unless the recipe's scaling is 'standard').",
        };
        Option<string?> runs = RunOptions.Runs();
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments();
        var command = new Command(
            "export",
            "Writes a run's best weights as one ONNX file with its contract. The temperature is fitted and the "
                + "threshold of 'uncertain' chosen on PublicTest, through the library."
        )
        {
            run,
            output,
            name,
            last,
            half,
            uncalibrated,
            runs,
            quiet,
        };
        data.AddToRunCommand(command);
        command.SetAction(
            (result, cancellationToken) =>
                Task.FromResult(
                    new ExportRun(CommandConsole.Of(result))
                    {
                        Run = result.GetValue(run)!,
                        Runs = result.GetValue(runs),
                        Output = result.GetValue(output),
                        Name = result.GetValue(name),
                        Last = result.GetValue(last),
                        Half = result.GetValue(half),
                        Calibrate = !result.GetValue(uncalibrated),
                        Quiet = result.GetValue(quiet),
                        Data = data.Of(result),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien-lab export shallow", "the run's best weights as ONNX, into its folder"),
            ("mien-lab export deep --half --output models/deep/deep.onnx", "as the shipped models are made")
        );
    }
}
