using System.CommandLine;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary><c>mien evaluate MODEL DATA</c>: measures a model on labelled images.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL")
        {
            Description = "A built-in model (see 'mien models') or an ONNX file with a contract.",
        }.RejectUnknownOptions();
        var data = new Argument<string>("DATA")
        {
            Description =
                "fer2013.csv, also gzipped or as Kaggle's tar.gz or zip, or a folder split/class/*.png or *.jpg.",
        }.RejectUnknownOptions();
        var split = new Option<string>("--split")
        {
            HelpName = string.Join('|', [.. ReadingOptions.Splits, EvaluateRun.AllSplits]),
            Description = "Which images.",
            DefaultValueFactory = _ => nameof(DatasetSplit.PublicTest),
        };
        split.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. ReadingOptions.Splits, EvaluateRun.AllSplits]);
        var tta = new Option<string>("--tta")
        {
            HelpName = string.Join('|', TtaNames.All),
            Description = "Average the probabilities of mirrored and shifted views.",
            DefaultValueFactory = _ => TtaNames.All[0],
        };
        tta.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, TtaNames.All);
        var compare = new Option<string?>("--compare")
        {
            HelpName = "OTHER",
            Description = "Test against another model, or a file that --predictions wrote (McNemar).",
        };
        var predictions = new Option<string?>("--predictions")
        {
            HelpName = "FILE",
            Description = "Write every image's probabilities as CSV.",
        };
        var robustness = new Option<bool>("--robustness")
        {
            Description =
                $"Measure the images blurred, darkened, turned, at low resolution and as poor JPEG too; "
                + $"takes {Robustness.Passes} times as long.",
        };
        var html = new Option<string?>("--html")
        {
            HelpName = "FILE",
            Description = "Write one page with the plots and the most confident mistakes as pictures.",
        };
        var json = new Option<bool>("--json") { Description = "Write the figures as JSON instead of tables." };
        var output = new Option<string?>("--output", "-o")
        {
            HelpName = "FILE",
            Description = "Write the tables or the JSON to a file; the ending .json means --json.",
        };
        Option<bool> skip = ReadingOptions.SkipBadRows(
            "Leave out rows and images that cannot be read, and count and name them."
        );
        Option<string?> testFolder = ReadingOptions.TestFolderSplit();
        Option<string?> defaultSplit = ReadingOptions.DefaultSplit();
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        Option<bool> quiet = CommonOptions.Quiet();
        var command = new Command("evaluate", "Measure a model on labelled images, the way users run it.")
        {
            model,
            data,
            split,
            tta,
            compare,
            robustness,
            predictions,
            html,
            json,
            output,
            skip,
            testFolder,
            defaultSplit,
            threads,
            device,
            quiet,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                string? file = OutputPath.Check(parsed.GetValue(output), "--output");
                DatasetSplit? wanted = ParseSplit(parsed.GetValue(split));
                return Task.FromResult(
                    new EvaluateRun(CommandConsole.Of(parsed))
                    {
                        Model = parsed.GetValue(model)!,
                        Data = parsed.GetValue(data)!,
                        Split = wanted,
                        Tta = TtaNames.Parse(parsed.GetValue(tta)!),
                        Other = parsed.GetValue(compare),
                        MeasureRobustness = parsed.GetValue(robustness),
                        PredictionsFile = OutputPath.Check(parsed.GetValue(predictions), "--predictions"),
                        HtmlFile = OutputPath.Check(parsed.GetValue(html), "--html"),
                        ReportFile = file,
                        Json =
                            parsed.GetValue(json)
                            || string.Equals(Path.GetExtension(file), ".json", StringComparison.OrdinalIgnoreCase),
                        Reading = new DatasetReadOptions
                        {
                            SkipBadRows = parsed.GetValue(skip),
                            TestFolderSplit = ReadingOptions.SplitOf(parsed.GetValue(testFolder)),

                            // Where all images are wanted, it does not matter which split they are of.
                            DefaultSplit =
                                ReadingOptions.SplitOf(parsed.GetValue(defaultSplit))
                                ?? (wanted is null ? DatasetSplit.PublicTest : null),
                        },
                        Threads = parsed.GetValue(threads),
                        Device = CommonOptions.DeviceOf(parsed.GetValue(device)),
                        Quiet = parsed.GetValue(quiet),
                    }.Execute(cancellationToken)
                );
            }
        );
        return command.WithExamples(
            ("mien evaluate shallow fer2013.csv", "The built-in model on PublicTest."),
            ("mien evaluate model.onnx fer2013.tar.gz --split PrivateTest --json", "Figures for a script."),
            ("mien evaluate shallow fer2013.csv --tta flip --html report.html", "With mirrored views, as a page."),
            ("mien evaluate shallow fer2013.csv --robustness --html report.html", "How it bears worse pictures."),
            ("mien evaluate shallow fer2013.csv --compare other.onnx", "Is the difference more than chance?")
        );
    }

    private static DatasetSplit? ParseSplit(string? name) =>
        string.Equals(name, EvaluateRun.AllSplits, StringComparison.OrdinalIgnoreCase)
            ? null
            : ReadingOptions.SplitOf(name);
}
