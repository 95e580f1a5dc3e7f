using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab;

/// <summary><c>mien-lab card</c>: the model card of an exported model.</summary>
internal static class CardCommand
{
    private const int Folds = 5;

    /// <summary>
    /// Batch sizes whose speed is measured: a face at a time, and as many as a run of the network takes.
    /// </summary>
    private static readonly int[] SpeedBatches = [1, 64];

    public static Command Create()
    {
        var run = new Argument<string>("RUN")
        {
            Description =
                "The run that the model was exported from: its name, or the path of its folder. Where it is "
                + "gone, the folder models/NAME with the recipe, history and run.json that an earlier card put "
                + "there.",
        }.RejectUnknownOptions();
        var model = new Option<string>("--model", "-m")
        {
            Description = "The ONNX file that mien-lab export wrote; the card is put beside it.",
            HelpName = "FILE.onnx",
            Required = true,
        };
        var lookedAt = new Option<int>("--runs-looked-at")
        {
            Description = "Trainings whose PublicTest results were looked at, this one included.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var searched = new Option<string[]>("--searched")
        {
            Description =
                "A run, an experiment or a folder of runs whose PublicTest results were looked at too: its "
                + "runs and epochs are counted and added. May stand often.",
            HelpName = "DIR",
        };
        var robustness = new Option<bool>("--robustness")
        {
            Description =
                $"Measure PublicTest blurred, darkened, turned, at low resolution and as poor JPEG "
                + $"too: {Robustness.Passes} more passes over its images (the card takes 13 without).",
        };
        var robustnessFrom = new Option<string?>("--robustness-from")
        {
            Description = "Take that from a file of 'mien evaluate MODEL DATA --robustness --json' instead.",
            HelpName = "FILE.json",
        };
        var speed = new Option<bool>("--speed")
        {
            Description = "Measure images a second through the library too; only on a machine that does nothing else.",
        };
        var checkpoints = new Option<int?>("--checkpoints-looked-at")
        {
            Description = "Epochs of all those trainings; by default this run's.",
            HelpName = "N",
        };
        var recipeFile = new Option<string?>("--recipe")
        {
            Description = "The recipe file as the card names it; by default recipes/NAME.json.",
            HelpName = "FILE",
        };
        var goal = new Option<double?>("--goal")
        {
            Description = "The PublicTest accuracy aimed at, as a fraction.",
            HelpName = "0.68",
        };
        var published = new Option<double?>("--published")
        {
            Description = "The accuracy published for this network, as a fraction.",
            HelpName = "0.6555",
        };
        var hardware = new Option<string?>("--hardware")
        {
            Description = "What it was trained on; by default this machine's cores.",
            HelpName = "TEXT",
        };
        var note = new Option<string[]>("--note")
        {
            Description = "A paragraph for the card: what was tried, what fell short; may stand often.",
            HelpName = "TEXT",
        };
        Option<string?> runs = TrainCommand.RunsOption();
        Option<bool> quiet = TrainCommand.QuietOption();
        var data = new DataArguments();
        var command = new Command(
            "card",
            "Evaluates an exported model on PublicTest and writes its card (README.md), plots, recipe, history "
                + "and run.json beside it."
        )
        {
            run,
            model,
            lookedAt,
            checkpoints,
            recipeFile,
            goal,
            published,
            hardware,
            note,
            searched,
            robustness,
            robustnessFrom,
            speed,
            runs,
            quiet,
        };
        data.AddToRunCommand(command);
        command.SetAction(
            (result, cancellationToken) =>
            {
                CommandConsole console = CommandConsole.Of(result);
                if (result.GetValue(lookedAt) < 1 || result.GetValue(checkpoints) < 1)
                {
                    throw new UsageException(
                        "--runs-looked-at and --checkpoints-looked-at count this run too, expected 1 or more."
                    );
                }

                CardSource source = CardSource.Find(result.GetValue(run)!, result.GetValue(runs));
                (int otherRuns, int otherEpochs) = source.CountOthers(result.GetValue(searched) ?? []);
                RunInfo info = source.Info;
                string file = Path.GetFullPath(result.GetValue(model)!);
                using ExpressionClassifier classifier = ExpressionClassifier.Load(file);
                TrainingRecipe recipe = RecipeOf(classifier.Contract, source.Folder, file);
                FaceDataset images = (data.Override(info.Source, result) with { Votes = null }).Read(
                    console,
                    cancellationToken
                );
                int devImages = images.IndicesOf(DatasetSplit.PublicTest).Length;
                if (devImages == 0)
                {
                    throw new UsageException(
                        $"{images.Name} has no PublicTest image, on which the model is evaluated. Give other --data."
                    );
                }

                var evaluation = new CardEvaluation(
                    console,
                    classifier,
                    images,
                    result.GetValue(quiet),
                    cancellationToken
                );
                (List<EvaluationReport> reports, Predictions plain) = evaluation.Run();
                if (result.GetValue(robustnessFrom) is { } measured)
                {
                    reports[0] = reports[0] with { Robustness = CardEvaluation.Robust(measured, reports[0]) };
                }
                else if (result.GetValue(robustness))
                {
                    reports[0] = reports[0] with { Robustness = evaluation.Robust() };
                }

                string name = classifier.Contract.Name;
                string directory = Path.GetDirectoryName(file)!;
                ModelCard.Write(
                    Path.Combine(directory, "README.md"),
                    new ModelCardInput
                    {
                        Contract = classifier.Contract,
                        Evaluation = reports[0],
                        OtherEvaluations = reports[1..],
                        History = Curves.Points(source.History),
                        ShippedEpoch = (int)classifier.Contract.Metrics.GetValueOrDefault("epoch"),
                        ModelFile = Path.GetFileName(file),
                        ModelBytes = new FileInfo(file).Length,
                        Parameters = (long)classifier.Contract.Metrics["parameters"],
                        MultiplyAdds = (long)classifier.Contract.Metrics["multiplyAdds"],
                        Seed = recipe.Seed,
                        TrainCommand = source.TrainCommand(result.GetValue(recipeFile) ?? $"recipes/{name}.json"),
                        RunsLookedAt = result.GetValue(lookedAt) + otherRuns,
                        CheckpointsLookedAt = (result.GetValue(checkpoints) ?? source.History.Count) + otherEpochs,
                        PrivateTestUnseen = images.IndicesOf(DatasetSplit.PrivateTest).Length == 0,
                        TrainingTime = TimeSpan.FromSeconds(source.Seconds),
                        Hardware =
                            result.GetValue(hardware)
                            ?? string.Create(
                                CultureInfo.InvariantCulture,
                                $"{info.Cores} CPU cores ({info.Architecture})"
                            ),
                        Speeds = result.GetValue(speed)
                            ?
                            [
                                .. SpeedBatches.Select(n =>
                                    SpeedMeasurement.Measure(
                                        classifier,
                                        n,
                                        SpeedMeasurement.UsualRound,
                                        cancellationToken
                                    )
                                ),
                            ]
                            : [],
                        SpeedHardware = string.Create(
                            CultureInfo.InvariantCulture,
                            $"{Environment.ProcessorCount} CPU cores ({RuntimeInformation.ProcessArchitecture})"
                        ),
                        Versions = new Dictionary<string, string>
                        {
                            ["Mien"] = info.Mien,
                            ["TorchSharp"] = info.TorchSharp,
                            [".NET"] = info.Runtime.Replace(".NET ", "", StringComparison.Ordinal),
                        },
                        UsesFerPlusVotes = recipe.VoteShare > 0,
                        Goal = result.GetValue(goal),
                        Published = result.GetValue(published),
                        OutOfFold =
                            devImages < Folds
                                ? null
                                : Metrics.Compute(TemperatureScaling.CrossValidate(plain, Folds).OutOfFold),
                        EceBeforeScaling = Metrics
                            .Compute(
                                plain.WithProbabilities(TemperatureScaling.Apply(plain.LogitsOrLogProbabilities(), 1))
                            )
                            .Ece,
                        Notes = result.GetValue(note) ?? [],
                    }
                );
                source.KeepBeside(directory, classifier.Contract.Recipe!.TrimEnd() + "\n");
                console.Out.WriteLine($"Card written to {Path.Combine(directory, "README.md")}.");
                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            (
                "mien-lab card shallow --model models/shallow/shallow.onnx --goal 0.61 --published 0.5631",
                "the card of a shipped model"
            ),
            (
                "mien-lab card models/shallow --model models/shallow/shallow.onnx --data fer2013.csv.gz",
                "made again where the run is gone"
            )
        );
    }

    /// <summary>The recipe in a model's contract, after making sure that the model comes from the run.</summary>
    private static TrainingRecipe RecipeOf(ModelContract contract, RunFolder folder, string file)
    {
        if (
            contract.Recipe is not { } text
            || !contract.Metrics.ContainsKey("parameters")
            || !contract.Metrics.ContainsKey("multiplyAdds")
        )
        {
            throw new UsageException(
                $"{file}: the model's contract has no recipe or no figures, so no card can be made. Expected a "
                    + $"file that 'mien-lab export' wrote."
            );
        }

        TrainingRecipe recipe = RecipeFile.Parse(text, file);
        return RecipeFile.ToJson(recipe) == RecipeFile.ToJson(Teachers.WithoutFolder(RecipeFile.Load(folder.Recipe)))
            ? recipe
            : throw new UsageException(
                $"{file}: the model was trained by another recipe than the run "
                    + $"'{Path.GetFileName(folder.Path)}'. Name the run that it was exported from."
            );
    }
}
