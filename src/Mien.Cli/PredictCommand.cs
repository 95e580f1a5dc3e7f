using System.CommandLine;
using System.Globalization;
using Mien.Cli.Prediction;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien predict IMAGE…</c>: names the expression in images.</summary>
internal static class PredictCommand
{
    /// <summary>More images than this get one line each instead of bars.</summary>
    private const int MostBars = 20;

    public static Command Create()
    {
        var images = new Argument<string[]>("IMAGE")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "Image files (PNG, JPEG, WebP, BMP, GIF) or folders of them. For now each image counts as the crop of one face.",
        }.RejectUnknownOptions();
        var model = new Option<string>("--model")
        {
            HelpName = "NAME|FILE",
            Description = "A built-in model (see 'mien models') or an ONNX file with a contract.",
            DefaultValueFactory = _ => BuiltInModels.Default,
        };
        var json = new Option<bool>("--json") { Description = "Write a JSON array, an object an image." };
        var csv = new Option<bool>("--csv") { Description = "Write CSV, a line an image." };
        var output = new Option<string?>("--output", "-o") { HelpName = "FILE", Description = "Write to a file; its ending .json or .csv chooses the form where no option does." };
        var brief = new Option<bool>("--brief") { Description = $"One line an image instead of bars; always so with more than {MostBars} images." };
        Option<int> threads = CommonOptions.Threads();
        Option<bool> quiet = CommonOptions.Quiet();
        var command = new Command("predict", "Name the expression in images: seven probabilities and the most probable one.")
        {
            images, model, json, csv, output, brief, threads, quiet,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(csv))
            {
                result.AddError("--json and --csv exclude each other; give one of them.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            CommandConsole console = CommandConsole.Of(parsed);
            string? file = CommonOptions.CheckOutput(parsed.GetValue(output), "--output");
            IReadOnlyList<ImageOutcome> list = ImageList.Find(parsed.GetValue(images)!);
            int count = parsed.GetValue(threads);
            using ExpressionClassifier classifier = ExpressionClassifier.Load(parsed.GetValue(model)!, new ClassifierOptions { Threads = count });
            using StreamWriter? stream = file is null ? null : CommonOptions.CreateOutput(file);
            CommandConsole target = stream is null ? console : new CommandConsole(stream, console.Error, CommandConsole.WidthWithoutTerminal);
            string ending = Path.GetExtension(file ?? "").ToUpperInvariant();
            bool chosen = parsed.GetValue(json) || parsed.GetValue(csv);
            PredictionWriter writer =
                parsed.GetValue(json) || (!chosen && ending == ".JSON") ? new JsonPredictionWriter(target.Out)
                : parsed.GetValue(csv) || (!chosen && ending == ".CSV") ? new CsvPredictionWriter(target.Out)
                : new TextPredictionWriter(target, parsed.GetValue(brief) || list.Count > MostBars);
            return Task.FromResult(Run(console, list, new BatchPredictor(classifier, count), writer, parsed.GetValue(quiet), cancellationToken));
        });
        return command.WithExamples(
            ("mien predict face.png", "Shows the seven probabilities as bars."),
            ("mien predict samples/faces", "Every image in a folder and its folders."),
            ("mien predict photos --json -o expressions.json", "A batch for another program."),
            ("mien predict face.png --model shallow", "With another model."));
    }

    private static int Run(
        CommandConsole console, IReadOnlyList<ImageOutcome> images, BatchPredictor predictor, PredictionWriter writer, bool quiet, CancellationToken cancellationToken)
    {
        int done = 0;
        int failed = 0;
        using (var progress = WorkProgress.Start("Predicting", images.Count, new WorkProgressOptions
        {
            Console = console,
            Unit = "images",
            Quiet = quiet || images.Count <= BatchPredictor.BatchSize,
        }))
        {
            writer.Begin();
            try
            {
                foreach (IReadOnlyList<ImageOutcome> batch in predictor.Predict(images, cancellationToken))
                {
                    progress.Aside(() =>
                    {
                        foreach (ImageOutcome outcome in batch)
                        {
                            writer.Write(outcome);
                        }

                        writer.Flush();
                    });
                    failed += batch.Count(o => o.Error is not null);
                    done += batch.Count;
                    progress.Report(done);
                }
            }
            finally
            {
                // Also when it is interrupted: what was done stays readable.
                writer.End();
                writer.Flush();
            }
        }

        if (!quiet && (images.Count > 1 || failed > 0))
        {
            string of = failed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {done - failed:N0} done, {failed:N0} failed.");
            console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{done:N0} {(done == 1 ? "image" : "images")}, each counted as a face crop.{of}"));
        }

        return failed > 0 ? ExitCodes.SomeFailed : ExitCodes.Done;
    }
}
