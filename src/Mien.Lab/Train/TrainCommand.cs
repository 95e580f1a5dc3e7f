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
            Description = "A recipe file (JSON with comments); by default the recipe's default values.",
            Arity = ArgumentArity.ZeroOrOne,
        }.RejectUnknownOptions();
        var name = new Option<string?>("--name", "-n")
        {
            Description = "The run's name; by default that of the recipe file or the network.",
            HelpName = "NAME",
        };
        Option<string?> runs = RunOptions.Runs();
        var set = new Option<string[]>("--set")
        {
            Description = "Override a recipe key, such as --set epochs=10. May be repeated.",
            HelpName = "KEY=VALUE",
        };
        var startFrom = new Option<string?>("--from")
        {
            Description =
                "Start with the weights of this checkpoint (.safetensors, from a run or from 'mien-lab import') or "
                + "model (.onnx of Mien, or the name of a built-in model) instead of random weights. Its network is "
                + "trained; the recipe's is ignored.",
            HelpName = "FILE|MODEL",
        };
        var overwrite = new Option<bool>("--overwrite")
        {
            Description = "Replace an existing run of this name: its checkpoints and history are deleted.",
        };
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments();
        var command = new Command(
            "train",
            "Trains a network with a recipe. Every recipe key is also an option: learningRate is --learning-rate. "
                + "The run folder contains the recipe, history, curves and checkpoints. Ctrl-C stops after the current "
                + "batch; 'mien-lab resume' continues."
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
        var device = new DeviceOptions();
        device.AddTo(command);
        var keys = new RecipeOptions();
        keys.AddTo(command);

        // Runs on the main thread, where the allocator's settings apply: see NativeAllocator.
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
                        Device = device.Of(result),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            (
                "mien-lab train recipes/tiny.json --data fer2013.csv.gz --votes fer2013new.csv",
                "train the shipped tiny network"
            ),
            (
                "mien-lab train --network shallow --from old.safetensors --learning-rate 0.005 --data fer2013.csv",
                "start from existing weights"
            ),
            ("mien-lab train --network shallow --epochs 5 --data fer2013.csv", "a first run with default values"),
            ("mien-lab train my.json --data faces/ --name try2 --learning-rate 0.02", "change one key of a recipe"),
            (
                "mien-lab train my.json --data fer2013.csv --device cuda:0 --libtorch site-packages/torch --hours 2",
                "train on a GPU for two hours, with the libraries of Python's PyTorch"
            )
        );
    }
}
