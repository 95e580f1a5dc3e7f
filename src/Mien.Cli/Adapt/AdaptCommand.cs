using System.CommandLine;
using Mien.Adaptation;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Cli;

/// <summary><c>mien adapt LABELLED -o FILE</c>: adapts a model to labelled pictures.</summary>
internal static class AdaptCommand
{
    private static readonly string[] Splits = [nameof(DatasetSplit.Training), nameof(DatasetSplit.PublicTest)];

    public static Command Create()
    {
        var data = new Argument<string>("LABELLED")
        {
            Description =
                "Labelled pictures: a folder class/photo or class/person/photo, a CSV file with the columns path and "
                + "label, and optionally person and boxX, boxY, boxWidth, boxHeight (the labelled face in pixels), or "
                + "fer2013.csv (also .gz, .tar.gz, .zip). Images of at most 64x64 pixels are treated as face crops.",
        }.RejectUnknownOptions();
        var output = new Option<string>("--output", "-o")
        {
            HelpName = "FILE.onnx",
            Description = "The adapted model. An existing file is replaced when the new one is complete.",
            Required = true,
        };
        var model = new Option<string>("--model")
        {
            HelpName = "NAME|FILE",
            Description =
                "The model to adapt: a built-in model (see 'mien models') or an ONNX file, also an adapted one.",
            DefaultValueFactory = _ => BuiltInModels.Default,
        };
        var head = new Option<string?>("--head")
        {
            HelpName = "blend|fer2013|ferplus",
            Description =
                "The answer to start from, for a model with several heads, as in 'mien predict'. Default: that of the "
                + "model, usually the blend.",
        };
        var classes = new Option<string[]>("--classes")
        {
            HelpName = "A,B",
            Description =
                "Labels of your own beside those of the model, separated by commas, such as contempt,wink. Each needs "
                + "pictures.",
            Arity = ArgumentArity.OneOrMore,
        };
        var only = new Option<bool>("--only") { Description = "The labels of --classes replace those of the model." };
        var onePerson = new Option<bool>("--one-person")
        {
            Description =
                "The pictures are of one person, about one for each expression. The old answer counts less, and the "
                + "gain cannot be measured.",
        };
        var force = new Option<bool>("--force") { Description = "Write the model even if nothing was gained." };
        var split = new Option<string?>("--split")
        {
            HelpName = string.Join('|', Splits),
            Description =
                "Split to use, for data with splits. PrivateTest is never used. Default: "
                + $"{nameof(DatasetSplit.Training)}.",
        };
        split.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Splits);
        var seed = new Option<int>("--seed")
        {
            HelpName = "N",
            Description = "Seed of the folds; the same pictures and seed give the same model.",
            DefaultValueFactory = _ => 1,
        }.Within(0);
        var json = new Option<bool>("--json") { Description = "Write the report as JSON (keys: docs/adaptation.md)." };
        var report = new Option<string?>("--report")
        {
            HelpName = "FILE",
            Description = "Write the report to a file. The extension .json implies --json.",
        };
        var chart = new Option<string?>("--chart")
        {
            HelpName = "FILE.html|svg|png",
            Description =
                "Draw the learning curve, and recall before and after by label. The curve takes several times as long.",
        };
        var finding = new DetectionArguments("photo");
        Option<int> threads = CommonOptions.Threads();
        Option<bool> quiet = CommonOptions.Quiet();
        var command = new Command(
            "adapt",
            "Adapt a model to your own labelled pictures, and measure what that gains on pictures it has not seen. 20 "
                + "labels are a start, 50 to 200 are better."
        )
        {
            data,
            output,
            model,
            head,
        };
        command.AddSection("Labels", [classes, only, onePerson, split]);
        command.AddSection("Face detection", [.. finding.Basic]);
        command.AddSection("Report", [json, report, chart]);
        command.AddSection("Running", [force, seed, threads, quiet]);
        command.Validators.Add(result =>
        {
            if (result.GetValue(only) && result.GetResult(classes) is null)
            {
                result.AddError("--only needs --classes A,B with the labels of the model.");
            }
            else if (result.GetValue(onePerson) && result.GetResult(chart) is { Implicit: false })
            {
                result.AddError(
                    "--one-person and --chart exclude each other: the gain of so few pictures cannot be measured."
                );
            }
        });
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                string outputFile = OutputPath.Check(parsed.GetValue(output), "--output")!;
                string? reportFile = OutputPath.Check(parsed.GetValue(report), "--report");
                string? chartFile = OutputPath.Check(parsed.GetValue(chart), "--chart");
                AdaptationChart.Check(chartFile);
                return new AdaptRun(CommandConsole.Of(parsed))
                {
                    Data = parsed.GetValue(data)!,
                    Split = ReadingOptions.SplitOf(parsed.GetValue(split)),
                    ModelFile = outputFile,
                    Options = new AdaptationOptions
                    {
                        Model = parsed.GetValue(model)!,
                        Head = parsed.GetValue(head),
                        Classes = ClassesOf(parsed.GetValue(classes)),
                        Only = parsed.GetValue(only),
                        OnePerson = parsed.GetValue(onePerson),
                        Seed = parsed.GetValue(seed),
                        LearningCurve = chartFile is not null,
                        Name = Path.GetFileNameWithoutExtension(outputFile),
                        Recognizer = new RecognizerOptions
                        {
                            Detector = finding.DetectorOf(parsed),
                            Detection = finding.BasicOf(parsed),
                        },
                        Threads = parsed.GetValue(threads),
                    },
                    Force = parsed.GetValue(force),
                    ReportFile = reportFile,
                    ChartFile = chartFile,
                    Json =
                        parsed.GetValue(json)
                        || string.Equals(Path.GetExtension(reportFile), ".json", StringComparison.OrdinalIgnoreCase),
                    Quiet = parsed.GetValue(quiet),
                }.ExecuteAsync(cancellationToken);
            }
        );
        return command.WithExamples(
            (
                "mien adapt labelled -o mine.onnx",
                "Pictures in folders anger, disgust, and so on; better labelled/happiness/ann/1.jpg, so that the gain "
                    + "is that on other people."
            ),
            ("mien predict --model mine.onnx photos", "Use the adapted model like any other."),
            ("mien adapt labels.csv -o mine.onnx --chart curve.html", "Is it worth labelling more? Draw the curve."),
            (
                "mien adapt labelled -o mine.onnx --classes contempt,wink",
                "With classes of your own, in folders contempt and wink."
            ),
            (
                "mien adapt labelled -o awake.onnx --classes awake,asleep --only",
                "With classes of your own instead of the seven expressions."
            ),
            (
                "mien adapt ann -o ann.onnx --model mine.onnx --one-person",
                "To one person, with one picture of each expression, on top of an adapted model."
            ),
            (
                "mien adapt fer2013.csv -o mine.onnx --split PublicTest --json",
                "FER2013's own files; the report as JSON."
            )
        );
    }

    private static string[] ClassesOf(string[]? given) =>
        [.. (given ?? []).SelectMany(g => g.Split(',')).Select(c => c.Trim()).Where(c => c.Length > 0)];
}
