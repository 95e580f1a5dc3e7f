using System.CommandLine;
using Mien.CommandLine;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary><c>mien-lab add-head</c>: adds a head for the FER+ votes to a model.</summary>
internal static class AddHeadCommand
{
    public static Command Create()
    {
        Argument<string> model = new Argument<string>("MODEL")
        {
            Description = "A built-in model, or an ONNX file with a contract and one head.",
        }.RejectUnknownOptions();
        var output = new Option<string>("--output", "-o")
        {
            Description = "The model file to write.",
            HelpName = "FILE.onnx",
            Required = true,
        };
        var l2 = new Option<double>("--l2")
        {
            Description =
                "Penalty of the new weights, on standardised features; the more, the nearer the new head stays to the "
                + "old one.",
            HelpName = "N",
            DefaultValueFactory = _ => new LinearHeadFitOptions().WeightL2,
        };
        var features = new Option<string?>("--features")
        {
            Description =
                "Keep the features of the images in this file and use those that are in it, for another fit. By "
                + "default FILE.onnx.features, which is deleted at the end and kept after an interruption.",
            HelpName = "FILE",
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads of the network; by default one per core.",
            HelpName = "N",
        };
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments();
        data.Votes.Description = "FER+ votes (fer2013new.csv) for the same images in the same order.";
        var command = new Command(
            "add-head",
            "Adds a second head to a model: a linear layer on the features of its last dense layer, fitted to the FER+ "
                + "votes of Training. The network and its first head stay as they are. Both heads and their blend are "
                + "calibrated on PublicTest."
        )
        {
            model,
            output,
            l2,
            features,
            threads,
            quiet,
        };
        data.AddTo(command);
        command.SetAction(
            (result, cancellationToken) =>
                Task.FromResult(
                    new AddHeadRun(CommandConsole.Of(result))
                    {
                        Model = result.GetValue(model)!,
                        Output = result.GetValue(output)!,
                        L2 = result.GetValue(l2),
                        Features = result.GetValue(features),
                        Threads = result.GetValue(threads),
                        Quiet = result.GetValue(quiet),
                        Data = data.Of(result),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            (
                "mien-lab add-head model.onnx --data fer2013.csv.gz --votes fer2013new.csv -o two-heads.onnx",
                "add the head of the FER+ votes to a trained model"
            )
        );
    }
}
