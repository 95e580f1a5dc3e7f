using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab ensemble</c>: joins several models in one file.</summary>
internal static class EnsembleCommand
{
    public static Command Create()
    {
        Argument<string[]> models = new Argument<string[]>("MODEL")
        {
            Description =
                "The members, two or more: built-in models, or ONNX files with a contract. They need the same labels "
                + "and heads.",
            Arity = new ArgumentArity(2, 64),
        }.RejectUnknownOptions();
        var output = new Option<string>("--output", "-o")
        {
            Description = "The model file to write.",
            HelpName = "FILE.onnx",
            Required = true,
        };
        var weights = new Option<string?>("--weights")
        {
            Description =
                "The weight of each member in the mean, separated by commas, such as 0.5,0.3,0.2; divided by their "
                + "sum. Choose them on PublicTest. By default all are equal.",
            HelpName = "LIST",
        };
        var name = new Option<string>("--name", "-n")
        {
            Description = "The model's name.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "ensemble",
        };
        var licence = new Option<string?>("--licence")
        {
            Description = "The licence of the weights; by default that of the members, if they have the same.",
            HelpName = "TEXT",
        };
        var uncalibrated = new Option<bool>("--uncalibrated")
        {
            Description =
                "Skip calibration and evaluation: the contract has temperature 1, no threshold and no metrics. "
                + "The data is not needed.",
        };
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments();
        data.Votes.Description = "The FER+ votes of these images, for members with a head for them.";
        var command = new Command(
            "ensemble",
            "Joins several models in one ONNX file. Their probabilities are averaged, head by head, each at its own "
                + "temperature. The temperature of the mean is fitted and the threshold for 'uncertain' is chosen on "
                + "PublicTest."
        )
        {
            models,
            output,
            weights,
            name,
            licence,
            uncalibrated,
            quiet,
        };
        data.AddTo(command);
        command.SetAction(
            (result, cancellationToken) =>
                Task.FromResult(
                    new EnsembleRun(CommandConsole.Of(result))
                    {
                        Models = result.GetValue(models) ?? [],
                        Output = result.GetValue(output)!,
                        Weights = Parse(result.GetValue(weights)),
                        Name = result.GetValue(name)!,
                        Licence = result.GetValue(licence),
                        Calibrate = !result.GetValue(uncalibrated),
                        Quiet = result.GetValue(quiet),
                        Data = data.Of(result),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            (
                "mien-lab ensemble default deep --output both.onnx --data fer2013.csv.gz",
                "join two built-in models and calibrate the result"
            ),
            (
                "mien-lab ensemble a.onnx b.onnx c.onnx --weights 2,1,1 --name best --output best.onnx --uncalibrated",
                "give the first member half of the weight"
            )
        );
    }

    private static double[]? Parse(string? weights) =>
        weights
            ?.Split(',')
            .Select(text =>
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double weight)
                && weight > 0
                && double.IsFinite(weight)
                    ? weight
                    : throw new UsageException(
                        $"--weights: '{text.Trim()}' is not a weight, expected numbers over 0, separated by commas."
                    )
            )
            .ToArray();
}
