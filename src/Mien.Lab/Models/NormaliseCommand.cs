using System.CommandLine;
using Mien.CommandLine;
using Mien.Training;

namespace Mien.Lab;

/// <summary><c>mien-lab normalise</c>: gives a model file another crop normalisation.</summary>
internal static class NormaliseCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL")
        {
            Description = "A built-in model, or an ONNX file with a contract. The file is not changed.",
        }.RejectUnknownOptions();
        Option<string?> kind = NormalisationOptions.Kind(
            "Normalisation of each crop: none; meanDeviation (to a fixed mean and deviation); percentiles (stretched "
                + "between two percentiles); or best (default), the most accurate at a tenth of the brightness among "
                + "those that cost at most --max-cost.",
            [.. NormalisationOptions.Kinds, NormalisationOptions.Best]
        );
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The model file to write; without it, only the measurements are shown.",
            HelpName = "FILE.onnx",
        };
        CropNormalisation mean = CropNormaliser.Of(CropNormalisationKind.MeanDeviation)!;
        CropNormalisation percentiles = CropNormaliser.Of(CropNormalisationKind.Percentiles)!;
        Option<float> toMean = Number("--mean", "meanDeviation: the mean of each crop, 0 to 255.", mean.Mean!.Value);
        Option<float> toDeviation = Number(
            "--deviation",
            "meanDeviation: the standard deviation of each crop, over 0 to 255.",
            mean.Deviation!.Value
        );
        Option<float> low = Number("--low", "percentiles: the one that becomes black.", percentiles.Low!.Value);
        Option<float> high = Number("--high", "percentiles: the one that becomes white.", percentiles.High!.Value);
        var maxCost = new Option<double>("--max-cost")
        {
            Description = "best: how much accuracy at full brightness may be lost, in percentage points.",
            HelpName = "POINTS",
            DefaultValueFactory = _ => NormaliseRun.DefaultMaxCost,
        };
        Option<bool> quiet = SharedOptions.Quiet();
        DataArguments data = new DataArguments().WithoutVotes();
        var command = new Command(
            "normalise",
            "Measures a model on darkened PublicTest images with and without a normalisation of each crop, and writes "
                + "a copy with one. It becomes part of the graph, so every runtime applies it. The temperature is "
                + "fitted and the threshold for 'uncertain' is chosen anew on PublicTest."
        )
        {
            model,
            kind,
            output,
            toMean,
            toDeviation,
            low,
            high,
            maxCost,
            quiet,
        };
        data.AddTo(command);
        command.SetAction(
            (result, cancellationToken) =>
                Task.FromResult(
                    new NormaliseRun(CommandConsole.Of(result))
                    {
                        Model = result.GetValue(model)!,
                        Kind = NormalisationOptions.KindOf(result.GetValue(kind)),
                        Output = result.GetValue(output),
                        MeanDeviation = mean with
                        {
                            Mean = result.GetValue(toMean),
                            Deviation = result.GetValue(toDeviation),
                        },
                        Percentiles = percentiles with { Low = result.GetValue(low), High = result.GetValue(high) },
                        MaxCost = result.GetValue(maxCost),
                        Quiet = result.GetValue(quiet),
                        Data = data.Of(result),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien-lab normalise model.onnx --data fer2013.csv.gz", "measure every kind"),
            (
                "mien-lab normalise model.onnx --data fer2013.csv.gz --output normalised.onnx",
                "write a copy with the best one"
            ),
            (
                "mien-lab normalise model.onnx --normalisation percentiles --low 1 --high 99 -o normalised.onnx",
                "choose it yourself; the data is $MIEN_FER2013"
            )
        );
    }

    private static Option<float> Number(string name, string description, float value) =>
        new(name)
        {
            Description = description,
            HelpName = "NUMBER",
            DefaultValueFactory = _ => value,
        };
}
