using System.CommandLine;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary><c>mien evaluate MODEL DATA</c>: evaluates a model on labelled images.</summary>
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
                "Labelled images: fer2013.csv (also .gz), Kaggle's .tar.gz or .zip, or a folder split/class/*.png or "
                + "*.jpg. With --detect: labelled photos of any size.",
        }.RejectUnknownOptions();
        var split = new Option<string>("--split")
        {
            HelpName = string.Join('|', [.. ReadingOptions.Splits, EvaluateRun.AllSplits]),
            Description = "Split to evaluate on.",
            DefaultValueFactory = _ => nameof(DatasetSplit.PublicTest),
        };
        split.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. ReadingOptions.Splits, EvaluateRun.AllSplits]);
        var votes = new Option<string?>("--votes")
        {
            HelpName = "FILE",
            Description =
                "FER+ votes for the images of FER2013 (fer2013new.csv): evaluate on their labels too. Shows all heads "
                + "of the model on both label sets.",
        };
        Option<string> labels = Names(
            "--labels",
            LabelSetNames.All,
            "Labels that the metrics refer to; a model with several heads is evaluated by the head of that name. "
                + "fer2013: the labels of the data; ferplus: those of --votes."
        );
        Option<string> voteRule = Names(
            "--vote-rule",
            LabelSetNames.Rules,
            "Label of an image by its ten votes. majority: the class with strictly the most votes; authors: as FER+'s "
                + "own script, single votes dropped and the winner over half."
        );
        var tta = new Option<string>("--tta")
        {
            HelpName = string.Join('|', TtaNames.All),
            Description =
                "Test-time augmentation: average the probabilities over the image and its mirror image (flip), also "
                + "over shifted copies (flip-shift).",
            DefaultValueFactory = _ => TtaNames.All[0],
        };
        tta.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, TtaNames.All);
        var compare = new Option<string?>("--compare")
        {
            HelpName = "OTHER",
            Description = "Compare with another model or with a file written by --predictions (McNemar's test).",
        };
        var predictions = new Option<string?>("--predictions")
        {
            HelpName = "FILE",
            Description = "Write the class probabilities of every image as CSV.",
        };
        var robustness = new Option<bool>("--robustness")
        {
            Description =
                $"Also evaluate on blurred, dark, rotated, low-resolution and JPEG-compressed images; "
                + $"{Robustness.Passes} more passes over the images.",
        };
        var html = new Option<string?>("--html")
        {
            HelpName = "FILE",
            Description = "Write a self-contained HTML report with plots and the most confident errors.",
        };
        var json = new Option<bool>("--json") { Description = "Write the metrics as JSON instead of tables." };
        var output = new Option<string?>("--output", "-o")
        {
            HelpName = "FILE",
            Description = "Write the tables or the JSON to a file. The extension .json implies --json.",
        };
        var detect = new Option<bool>("--detect")
        {
            Description =
                "DATA holds photos: detect the face in each and evaluate detection and classification together. A "
                + "folder class/photo or split/class/photo, or a CSV file with the columns path and label, and "
                + "optionally person and boxX, boxY, boxWidth, boxHeight (the labelled face in pixels). Without a box "
                + "the largest face is evaluated.",
        };
        var head = new Option<string?>("--head")
        {
            HelpName = "NAME",
            Description =
                "Head of a model that has several (see 'mien info'). Default: that of the model, usually the blend.",
        };
        var finding = new DetectionArguments("photo");
        Option<bool> skip = ReadingOptions.SkipBadRows(
            "Skip, count and report bad rows and unreadable images instead of stopping at the first."
        );
        Option<string?> testFolder = ReadingOptions.TestFolderSplit();
        Option<string?> defaultSplit = ReadingOptions.DefaultSplit();
        Option<int> threads = CommonOptions.Threads();
        Option<string> device = CommonOptions.Device();
        Option<bool> quiet = CommonOptions.Quiet();
        Option<bool> safeCsv = CommonOptions.SafeCsv();
        var command = new Command(
            "evaluate",
            "Evaluate a model on labelled images: accuracy, metrics per class, confusion matrix, calibration."
        )
        {
            model,
            data,
            split,
            votes,
            labels,
            voteRule,
            tta,
            compare,
            robustness,
            predictions,
            safeCsv,
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
        command.AddSection("Photos", [detect, head, .. finding.Basic]);
        command.Validators.Add(result =>
        {
            bool detects = result.GetValue(detect);
            IEnumerable<Option> wrong = detects
                ? [votes, labels, voteRule, tta, compare, robustness, html]
                : finding.Basic;
            if (wrong.FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } option)
            {
                result.AddError(
                    detects
                        ? $"--detect and {option.Name} exclude each other; give one of them."
                        : $"{option.Name} needs --detect: without it the images are face crops."
                );
            }
            else if (!detects && result.GetResult(head) is { Implicit: false })
            {
                result.AddError("--head needs --detect: without it all heads are evaluated, and --labels chooses one.");
            }
            else if (result.GetValue(votes) is null && result.GetResult(voteRule) is { Implicit: false })
            {
                result.AddError("--vote-rule needs --votes FILE with the votes of FER+ (fer2013new.csv).");
            }
            else if (
                result.GetValue(votes) is null
                && string.Equals(result.GetValue(labels), LabelSetNames.All[^1], StringComparison.OrdinalIgnoreCase)
            )
            {
                result.AddError("--labels ferplus needs --votes FILE with the votes of FER+ (fer2013new.csv).");
            }
        });
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                string? file = OutputPath.Check(parsed.GetValue(output), "--output");
                string? predictionsFile = OutputPath.Check(parsed.GetValue(predictions), "--predictions");
                bool isJson =
                    parsed.GetValue(json)
                    || string.Equals(Path.GetExtension(file), ".json", StringComparison.OrdinalIgnoreCase);
                DatasetSplit? wanted = ParseSplit(parsed.GetValue(split));
                var reading = new DatasetReadOptions
                {
                    SkipBadRows = parsed.GetValue(skip),
                    TestFolderSplit = ReadingOptions.SplitOf(parsed.GetValue(testFolder)),
                    DefaultSplit = ReadingOptions.SplitOf(parsed.GetValue(defaultSplit)),
                };
                if (parsed.GetValue(detect))
                {
                    return Task.FromResult(
                        new DetectRun(CommandConsole.Of(parsed))
                        {
                            Data = parsed.GetValue(data)!,
                            Split = wanted,
                            IsSplitGiven = parsed.GetResult(split) is { Implicit: false },
                            Recognizer = new RecognizerOptions
                            {
                                Model = parsed.GetValue(model)!,
                                Head = parsed.GetValue(head),
                                Inference = new ClassifierOptions
                                {
                                    Device = CommonOptions.DeviceOf(parsed.GetValue(device)),
                                    Spinning = false,
                                },
                                Detector = finding.DetectorOf(parsed),
                                Detection = finding.BasicOf(parsed),
                            },
                            Reading = reading,
                            PredictionsFile = predictionsFile,
                            SafeCsv = parsed.GetValue(safeCsv),
                            ReportFile = file,
                            Json = isJson,
                            Threads = parsed.GetValue(threads),
                            Quiet = parsed.GetValue(quiet),
                        }.Execute(cancellationToken)
                    );
                }

                return Task.FromResult(
                    new EvaluateRun(CommandConsole.Of(parsed))
                    {
                        Model = parsed.GetValue(model)!,
                        Data = parsed.GetValue(data)!,
                        Split = wanted,
                        VotesFile = parsed.GetValue(votes),
                        LabelSet = LabelSetNames.Parse(parsed.GetValue(labels)!),
                        VoteRule = LabelSetNames.ParseRule(parsed.GetValue(voteRule)!),
                        Tta = TtaNames.Parse(parsed.GetValue(tta)!),
                        Other = parsed.GetValue(compare),
                        MeasureRobustness = parsed.GetValue(robustness),
                        PredictionsFile = predictionsFile,
                        SafeCsv = parsed.GetValue(safeCsv),
                        HtmlFile = OutputPath.Check(parsed.GetValue(html), "--html"),
                        ReportFile = file,
                        Json = isJson,

                        // With --split all the split of an image does not matter, so it need not be given.
                        Reading = reading with
                        {
                            DefaultSplit = reading.DefaultSplit ?? (wanted is null ? DatasetSplit.PublicTest : null),
                        },
                        Threads = parsed.GetValue(threads),
                        Device = CommonOptions.DeviceOf(parsed.GetValue(device)),
                        Quiet = parsed.GetValue(quiet),
                    }.Execute(cancellationToken)
                );
            }
        );
        return command.WithExamples(
            ("mien evaluate default fer2013.csv", "A built-in model on PublicTest, the validation split."),
            (
                "mien evaluate model.onnx fer2013.tar.gz --split PrivateTest --json",
                "Metrics of an ONNX file on the test split, for a script."
            ),
            (
                "mien evaluate default fer2013.csv --tta flip --html report.html",
                "With test-time augmentation, as an HTML report."
            ),
            ("mien evaluate default fer2013.csv --robustness --html report.html", "Robustness to corruptions."),
            ("mien evaluate default fer2013.csv --compare other.onnx", "Is the difference statistically significant?"),
            (
                "mien evaluate default fer2013.csv --votes fer2013new.csv --labels ferplus",
                "On the labels that ten people gave, with all heads of the model on both label sets."
            ),
            (
                "mien evaluate default photos --detect",
                "Photos in folders anger, disgust, and so on: how many faces are missed, how many are classified "
                    + "correctly?"
            ),
            (
                "mien evaluate default labels.csv --detect --predictions faces.csv --json",
                "Photos listed in a CSV file, with a row for every labelled face."
            )
        );
    }

    private static Option<string> Names(string name, string[] values, string description)
    {
        var option = new Option<string>(name)
        {
            HelpName = string.Join('|', values),
            Description = description,
            DefaultValueFactory = _ => values[0],
        };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, values);
        return option;
    }

    private static DatasetSplit? ParseSplit(string? name) =>
        string.Equals(name, EvaluateRun.AllSplits, StringComparison.OrdinalIgnoreCase)
            ? null
            : ReadingOptions.SplitOf(name);
}
