using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Tools;

/// <summary><c>mien-tools framing</c>: how the face detector's boxes lie in FER2013's pictures.</summary>
internal static class FramingCommand
{
    public static Command Create()
    {
        var detector = new Option<DetectorModel>("--detector")
        {
            Description = "Which network of BlazeFace.",
            HelpName = "back|front",
        };
        detector.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<DetectorModel>());
        var images = new Option<int>("--images")
        {
            Description = "So many images of the split, evenly spread; 0: all.",
            HelpName = "N",
            DefaultValueFactory = _ => 5000,
        };
        var split = new Option<DatasetSplit>("--split")
        {
            Description = "Which images.",
            HelpName = "Training|PublicTest",
            DefaultValueFactory = _ => DatasetSplit.Training,
        };
        var share = new Option<double>("--share")
        {
            Description = "The picture's side in the larger one that it is put into, as a share.",
            HelpName = "S",
            DefaultValueFactory = _ => 0.5625,
        };
        var minScore = new Option<float>("--min-score")
        {
            Description = "The least score of a face.",
            HelpName = "T",
            DefaultValueFactory = _ => 0.5f,
        };
        var model = new Option<string?>("--model", "-m")
        {
            Description = "Also: how often this model is right when the face must be found first.",
            HelpName = "NAME|FILE",
        };
        var json = new Option<bool>("--json") { Description = "Write the figures as JSON." };
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments();
        var command = new Command(
            "framing",
            "Runs the face detector over FER2013's pictures and tells how its boxes lie in them: the figures "
                + "by which the library cuts faces out of photos."
        )
        {
            detector,
            images,
            split,
            share,
            minScore,
            model,
            json,
            quiet,
        };
        data.WithoutVotes().AddTo(command);
        command.SetAction(
            (result, cancellationToken) =>
            {
                CommandConsole console = CommandConsole.Of(result);
                var request = new FramingRequest
                {
                    Data = data.Source(result) with { Votes = null },
                    Detector = result.GetValue(detector),
                    Images = result.GetValue(images),
                    Split = result.GetValue(split),
                    Share = result.GetValue(share),
                    MinScore = result.GetValue(minScore),
                    Model = result.GetValue(model),
                    Quiet = result.GetValue(quiet),
                };
                Check(request.Images >= 0, $"--images is {request.Images}, expected 0 (all) or more.");
                Check(
                    request.Share is > 0.05 and <= 1,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"--share is {request.Share}, expected over 0.05, at most 1."
                    )
                );
                Check(
                    request.MinScore is >= 0 and <= 1,
                    string.Create(CultureInfo.InvariantCulture, $"--min-score is {request.MinScore}, expected 0 to 1.")
                );
                FramingReport report = new FramingRun(console, request, cancellationToken).Run();
                if (result.GetValue(json))
                {
                    console.Out.WriteLine(report.ToJson());
                }
                else
                {
                    report.WriteTo(console);
                }

                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            (
                "mien-tools framing --data fer2013.csv.gz --images 6000",
                "as the figures in docs/detection.md were measured"
            ),
            (
                "mien-tools framing --data fer2013.csv.gz --split PublicTest --images 0 --model shallow",
                "what finding the face first costs in accuracy"
            )
        );
    }

    private static void Check(bool good, string message)
    {
        if (!good)
        {
            throw new UsageException(message);
        }
    }
}
