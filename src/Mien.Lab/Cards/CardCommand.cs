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
                "The run that the model was exported from: its name, or the path of its folder. If the run was "
                + "deleted: the folder models/NAME with the recipe, history and run.json from an earlier card.",
        }.RejectUnknownOptions();
        var model = new Option<string>("--model", "-m")
        {
            Description = "The ONNX file that 'mien-lab export' wrote. The card is written into its folder.",
            HelpName = "FILE.onnx",
            Required = true,
        };
        var evaluated = new Option<int>("--runs-evaluated")
        {
            Description = "Trainings that were evaluated on PublicTest, including this one.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var searched = new Option<string[]>("--searched")
        {
            Description =
                "A run, an experiment or a folder of runs that was also evaluated on PublicTest: its runs and "
                + "epochs are added to the counts. May be repeated.",
            HelpName = "DIR",
        };
        var robustness = new Option<bool>("--robustness")
        {
            Description =
                $"Also measure the robustness to corruptions (blur, darkness, roll, low resolution, JPEG): "
                + $"{Robustness.Passes} more passes over PublicTest, in addition to 13.",
        };
        var robustnessFrom = new Option<string?>("--robustness-from")
        {
            Description = "Read the robustness from a file that 'mien evaluate MODEL DATA --robustness --json' wrote.",
            HelpName = "FILE.json",
        };
        var speed = new Option<bool>("--speed")
        {
            Description = "Also measure the images per second through the library. Use an otherwise idle machine.",
        };
        var checkpoints = new Option<int?>("--checkpoints-evaluated")
        {
            Description = "Epochs of all these trainings; by default those of this run.",
            HelpName = "N",
        };
        var recipeFile = new Option<string?>("--recipe")
        {
            Description = "The recipe file that the card names; by default recipes/NAME.json.",
            HelpName = "FILE",
        };
        var goal = new Option<double?>("--goal")
        {
            Description = "The target accuracy on PublicTest, 0 to 1.",
            HelpName = "0.68",
        };
        var published = new Option<double?>("--published")
        {
            Description = "The published accuracy of this network, 0 to 1.",
            HelpName = "0.6555",
        };
        var hardware = new Option<string?>("--hardware")
        {
            Description = "The hardware of the training; by default the run's CPU cores.",
            HelpName = "TEXT",
        };
        var note = new Option<string[]>("--note")
        {
            Description = "A paragraph for the card, such as what was tried and what fell short. May be repeated.",
            HelpName = "TEXT",
        };
        Option<string?> runs = RunOptions.Runs();
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments();
        var command = new Command(
            "card",
            "Evaluates an exported model on PublicTest and writes a model card (README.md), plots, recipe, history "
                + "and run.json into the model's folder."
        )
        {
            run,
            model,
            evaluated,
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
                        RunsEvaluated = result.GetValue(evaluated),
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
                "write the card of a shipped model"
            ),
            (
                "mien-lab card models/shallow --model models/shallow/shallow.onnx --data fer2013.csv.gz",
                "write it again after the run was deleted"
            )
        );
    }
}
