using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab export</c>: writes the model file of a run.</summary>
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
            Description = "The model's name; by default that of the network.",
            HelpName = "NAME",
        };
        var last = new Option<bool>("--last")
        {
            Description = "Export the last checkpoint instead of the one with the best PublicTest accuracy.",
        };
        Option<bool> half = ModelFile.HalfOption();
        Option<string?> normalisation = NormalisationOptions.Kind(
            "Normalisation of each crop inside the graph; by default that of the recipe. A network that was trained "
                + "without it may lose accuracy: 'mien-lab normalise' measures how much.",
            NormalisationOptions.Kinds
        );
        var uncalibrated = new Option<bool>("--uncalibrated")
        {
            Description =
                "Skip calibration and evaluation: the contract has temperature 1, no threshold and no metrics. "
                + "The data is not needed, unless the recipe's scaling is 'standard'.",
        };
        Option<string?> runs = RunOptions.Runs();
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments();
        var command = new Command(
            "export",
            "Writes the best weights of a run as one ONNX file with its contract. The temperature is fitted and the "
                + "threshold for 'uncertain' is chosen on PublicTest."
        )
        {
            run,
            output,
            name,
            last,
            half,
            normalisation,
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
                        Normalisation = NormalisationOptions.KindOf(result.GetValue(normalisation)),
                        Calibrate = !result.GetValue(uncalibrated),
                        Quiet = result.GetValue(quiet),
                        Data = data.Of(result),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien-lab export shallow", "write the best weights into the run folder"),
            ("mien-lab export deep --half --output models/deep/deep.onnx", "export like the shipped models")
        );
    }
}
