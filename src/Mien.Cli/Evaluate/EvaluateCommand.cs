using System.CommandLine;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Cli;

/// <summary><c>mien evaluate MODEL DATA</c>: measures a model on labelled images.</summary>
internal static class EvaluateCommand
{
    private static readonly string[] Splits = Enum.GetNames<DatasetSplit>();

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
            HelpName = string.Join('|', [.. Splits, EvaluateRun.AllSplits]),
            Description = "Which images.",
            DefaultValueFactory = _ => nameof(DatasetSplit.PublicTest),
        };
        split.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, [.. Splits, EvaluateRun.AllSplits]);
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
        var skip = new Option<bool>("--skip-bad-rows")
        {
            Description = "Leave out rows and images that cannot be read, and count and name them.",
        };
        Option<string?> testFolder = SplitOption(
            "--test-folder-split",
            "The split of images in a folder 'test' whose names do not tell it."
        );
        Option<string?> defaultSplit = SplitOption(
            "--default-split",
            "The split of images for which nothing names one."
        );
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
                CommandConsole console = CommandConsole.Of(parsed);
                string? file = CommonOptions.CheckOutput(parsed.GetValue(output), "--output");
                DatasetSplit? wanted = ParseSplit(parsed.GetValue(split));
                string path = parsed.GetValue(data)!;
                if (!Path.Exists(path))
                {
                    throw new UsageException($"{path}: there is no such file or folder. Check the path of the data.");
                }

                var request = new EvaluationRequest
                {
                    Model = parsed.GetValue(model)!,
                    Data = path,
                    Split = wanted,
                    Tta = TtaNames.Parse(parsed.GetValue(tta)!),
                    Other = parsed.GetValue(compare),
                    Robustness = parsed.GetValue(robustness),
                    PredictionsFile = CommonOptions.CheckOutput(parsed.GetValue(predictions), "--predictions"),
                    HtmlFile = CommonOptions.CheckOutput(parsed.GetValue(html), "--html"),
                    Reading = new DatasetReadOptions
                    {
                        SkipBadRows = parsed.GetValue(skip),
                        TestFolderSplit = ParseSplit(parsed.GetValue(testFolder)),

                        // Where all images are wanted, it does not matter which split they are of.
                        DefaultSplit =
                            ParseSplit(parsed.GetValue(defaultSplit))
                            ?? (wanted is null ? DatasetSplit.PublicTest : null),
                    },
                    Threads = parsed.GetValue(threads),
                    Device = CommonOptions.DeviceOf(parsed.GetValue(device)),
                    Quiet = parsed.GetValue(quiet),
                };
                EvaluationReport report = new EvaluateRun(console, request, cancellationToken).Run();
                bool asJson =
                    parsed.GetValue(json)
                    || string.Equals(Path.GetExtension(file), ".json", StringComparison.OrdinalIgnoreCase);
                Write(console, report, asJson, file);
                return Task.FromResult(ExitCodes.Done);
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

    private static Option<string?> SplitOption(string name, string description)
    {
        var option = new Option<string?>(name) { HelpName = string.Join('|', Splits), Description = description };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Splits);
        return option;
    }

    private static DatasetSplit? ParseSplit(string? name) =>
        name is null || string.Equals(name, EvaluateRun.AllSplits, StringComparison.OrdinalIgnoreCase)
            ? null
            : Enum.Parse<DatasetSplit>(name, ignoreCase: true);

    private static void Write(CommandConsole console, EvaluationReport report, bool asJson, string? file)
    {
        if (file is null)
        {
            WriteTo(console, report, asJson);
            return;
        }

        OutputFile.WriteText(
            file,
            writer =>
                WriteTo(new CommandConsole(writer, console.Error, CommandConsole.WidthWithoutTerminal), report, asJson)
        );
    }

    private static void WriteTo(CommandConsole console, EvaluationReport report, bool asJson)
    {
        if (asJson)
        {
            console.Out.Write(report.ToJson() + "\n");
        }
        else
        {
            EvaluationTables.Write(console, report);
        }
    }
}
