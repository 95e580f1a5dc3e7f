using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Lab;

/// <summary><c>mien-lab out-of-fold</c>: predicts the images that runs with folds left out.</summary>
internal static class OutOfFoldCommand
{
    public static Command Create()
    {
        Argument<string[]> runs = new Argument<string[]>("RUN")
        {
            Description = "Runs of one division into folds, by name or folder, each with another fold left out.",
            Arity = ArgumentArity.OneOrMore,
        }.RejectUnknownOptions();
        var output = new Option<string>("--output", "-o")
        {
            Description = "The file of predictions to write, as 'mien evaluate --predictions' does.",
            HelpName = "FILE.csv",
            Required = true,
        };
        var last = new Option<bool>("--last")
        {
            Description = "Use the last checkpoint instead of the one with the best PublicTest accuracy.",
        };
        Option<string?> root = RunOptions.Runs();
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments().WithoutVotes();
        var command = new Command(
            "out-of-fold",
            "Predicts the training images that each run left out, with the weights of that run, so that no image is "
                + "predicted by a network that has seen it. With a run for every fold, that is all of Training."
        )
        {
            runs,
            output,
            last,
            root,
            quiet,
        };
        data.AddToRunCommand(command);
        command.SetAction(
            (result, cancellationToken) =>
                Task.FromResult(
                    new OutOfFoldRun(CommandConsole.Of(result))
                    {
                        Names = result.GetValue(runs) ?? [],
                        Runs = result.GetValue(root),
                        Output = result.GetValue(output)!,
                        Last = result.GetValue(last),
                        Quiet = result.GetValue(quiet),
                        Data = data.Of(result),
                    }.Execute(cancellationToken)
                )
        );
        return command.WithExamples(
            ("mien-lab out-of-fold fold1 fold2 fold3 fold4 fold5 -o predictions.csv", "predict all of Training")
        );
    }
}
