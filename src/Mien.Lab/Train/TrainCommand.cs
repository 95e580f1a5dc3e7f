using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab train</c>: starts a training.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        Argument<string?> recipe = new Argument<string?>("RECIPE")
        {
            Description = "A recipe file (JSON with comments). Without one the defaults count.",
            Arity = ArgumentArity.ZeroOrOne,
        }.RejectUnknownOptions();
        var name = new Option<string?>("--name", "-n")
        {
            Description = "The run's name; by default the recipe's or the network's.",
            HelpName = "NAME",
        };
        Option<string?> runs = RunOptions.Runs();
        var set = new Option<string[]>("--set")
        {
            Description = "Overrides a key of the recipe, such as --set epochs=10; may stand often.",
            HelpName = "KEY=VALUE",
        };
        var startFrom = new Option<string?>("--from")
        {
            Description =
                "Start with the weights of this checkpoint (.safetensors: a run's, or one from 'mien-lab "
                + "import') instead of random ones. Its network is trained, whatever the recipe names.",
            HelpName = "FILE",
        };
        var overwrite = new Option<bool>("--overwrite")
        {
            Description = "Start anew although a run of that name is there; its checkpoints and history are deleted.",
        };
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments();
        var command = new Command(
            "train",
            "Trains a network by a recipe, whose keys are options too: learningRate is --learning-rate. The "
                + "run's folder keeps the recipe, the history, curves and checkpoints; Ctrl-C ends after the batch, "
                + "'mien-lab resume' goes on."
        )
        {
            recipe,
            name,
            runs,
            set,
            startFrom,
            overwrite,
            quiet,
        };
        data.AddTo(command);
        var keys = new RecipeOptions();
        keys.AddTo(command);

        // On the main thread, without a task of its own: see NativeAllocator.
        command.SetAction(
            (result, cancellationToken) =>
                Task.FromResult(
                    new TrainRun(CommandConsole.Of(result))
                    {
                        RecipePath = result.GetValue(recipe),
                        Overrides = [.. keys.Overrides(result), .. result.GetValue(set) ?? []],
                        From = result.GetValue(startFrom),
                        Name = result.GetValue(name),
                        Runs = result.GetValue(runs),
                        Overwrite = result.GetValue(overwrite),
                        Quiet = result.GetValue(quiet),
                        Data = data.Of(result),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            (
                "mien-lab train recipes/tiny.json --data fer2013.csv.gz --votes fer2013new.csv",
                "as the shipped tiny network was trained"
            ),
            (
                "mien-lab train recipes/shallow.json --data fer2013.csv --from old.safetensors --learning-rate 0.005",
                "goes on from weights that are there"
            ),
            ("mien-lab train --network shallow --epochs 5 --data fer2013.csv", "a first try with the defaults"),
            ("mien-lab train my.json --data faces/ --name try2 --learning-rate 0.02", "a recipe with one key changed")
        );
    }
}
