using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Tools;

/// <summary>
/// <c>mien-tools framing</c>: measures the position of the face detector's boxes in the images of FER2013.
/// </summary>
internal static class FramingCommand
{
    public static Command Create()
    {
        var detector = new Option<DetectorModel>("--detector")
        {
            Description = "BlazeFace network to measure.",
            HelpName = "back|front|full",
        };
        detector.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<DetectorModel>());
        var images = new Option<int>("--images")
        {
            Description = "Number of images of the split, evenly spaced; 0 uses all.",
            HelpName = "N",
            DefaultValueFactory = _ => 5000,
        };
        var split = new Option<DatasetSplit>("--split")
        {
            Description = "Split of the data to use.",
            HelpName = "Training|PublicTest",
            DefaultValueFactory = _ => DatasetSplit.Training,
        };
        var share = new Option<double>("--share")
        {
            Description = "Side of the image relative to that of the padded image.",
            HelpName = "S",
            DefaultValueFactory = _ => 0.5625,
        };
        var minScore = new Option<float>("--min-score")
        {
            Description = "Minimum detection score.",
            HelpName = "T",
            DefaultValueFactory = _ => 0.5f,
        };
        var model = new Option<string?>("--model", "-m")
        {
            Description =
                "Also measure the accuracy of this model with face detection (its head fer2013, if it has several).",
            HelpName = "NAME|FILE",
        };
        var padding = new Option<FramingPadding>("--padding")
        {
            Description = "Pixels around the image: its mean gray value, or its edge repeated.",
            HelpName = "mean|edge",
        };
        padding.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "mean", "edge");
        var fit = new Option<bool>("--fit")
        {
            Description = "Also fit the crop to the eyes of faces of random size, for the constants of the library.",
        };
        var json = new Option<bool>("--json") { Description = "Write the results as JSON." };
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments();
        var command = new Command(
            "framing",
            "Runs the face detector on the images of FER2013 and measures the position of its boxes. The library "
                + "uses the results to crop faces from photos."
        )
        {
            detector,
            images,
            split,
            share,
            minScore,
            model,
            padding,
            fit,
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
                    Padding = result.GetValue(padding),
                    Fit = result.GetValue(fit),
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
                "mien-tools framing --data fer2013.csv.gz --images 6000 --fit",
                "reproduces the measurements in docs/detection.md"
            ),
            (
                "mien-tools framing --data fer2013.csv.gz --split PublicTest --images 0 --model shallow",
                "measures the loss of accuracy from face detection"
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
