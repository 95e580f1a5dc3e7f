using System.CommandLine;
using Mien.CommandLine;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary><c>mien-lab card</c>: the model card of an exported model.</summary>
internal static class CardCommand
{
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
        var lookedAt = new Option<int>("--runs-evaluated")
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
        var checkpoints = new Option<int?>("--checkpoints-evaluated")
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
        Option<string?> runs = RunOptions.Runs();
        Option<bool> quiet = SharedOptions.Quiet();
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
                Task.FromResult(
                    new CardRun(CommandConsole.Of(result))
                    {
                        Run = result.GetValue(run)!,
                        Runs = result.GetValue(runs),
                        Model = result.GetValue(model)!,
                        RunsEvaluated = result.GetValue(lookedAt),
                        CheckpointsEvaluated = result.GetValue(checkpoints),
                        Searched = result.GetValue(searched) ?? [],
                        MeasureRobustness = result.GetValue(robustness),
                        RobustnessFrom = result.GetValue(robustnessFrom),
                        MeasureSpeed = result.GetValue(speed),
                        RecipeName = result.GetValue(recipeFile),
                        Goal = result.GetValue(goal),
                        Published = result.GetValue(published),
                        Hardware = result.GetValue(hardware),
                        Notes = result.GetValue(note) ?? [],
                        Quiet = result.GetValue(quiet),
                        Data = data.Of(result),
                    }.Execute(cancellationToken)
                )
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
}
