using System.CommandLine;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Tools;

/// <summary>
/// <c>mien-tools adaptation</c>: measures adaptation on FER2013 with the FER+ labels, or in a simulation.
/// </summary>
internal static class AdaptationCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model", "-m")
        {
            Description = "Model to adapt.",
            HelpName = "NAME|FILE",
            DefaultValueFactory = _ => BuiltInModels.Default,
        };
        var head = new Option<string>("--head")
        {
            Description = "Head whose answer is adapted.",
            HelpName = "NAME",
            DefaultValueFactory = _ => LabelSets.Fer2013,
        };
        var draws = new Option<int>("--draws")
        {
            Description = "Number of draws per number of labels.",
            HelpName = "N",
            DefaultValueFactory = _ => 10,
        };
        var simulate = new Option<bool>("--simulate")
        {
            Description =
                "Instead compare the reported accuracies and intervals with the truth in simulated sets, without data.",
        };
        Option<bool> quiet = SharedOptions.Quiet();
        var data = new DataArguments();
        var command = new Command(
            "adaptation",
            "Adapts a head to FER+ labels of some images of one half of PublicTest, scores it on the other half, and "
                + "measures which pictures the guard flags."
        )
        {
            model,
            head,
            draws,
            simulate,
            quiet,
        };
        data.AddTo(command);
        command.SetAction(
            (result, cancellationToken) =>
            {
                CommandConsole console = CommandConsole.Of(result);
                int count = result.GetValue(draws);
                if (result.GetValue(simulate) && count >= 1)
                {
                    new AdaptationSimulation(console, count, result.GetValue(quiet), cancellationToken).Run();
                    return Task.FromResult(ExitCodes.Done);
                }

                DataSource source = data.Source(result);
                if (source.Votes is null || count < 1)
                {
                    throw new UsageException(
                        $"--draws is {count} and --votes is {source.Votes ?? "missing"}, expected 1 or more draws and "
                            + "the FER+ votes. Use --votes FILE (fer2013new.csv)."
                    );
                }

                var request = new AdaptationRequest
                {
                    Data = source,
                    Model = result.GetRequiredValue(model),
                    Head = result.GetRequiredValue(head),
                    Draws = count,
                    Quiet = result.GetValue(quiet),
                };
                new AdaptationRun(console, request, cancellationToken).Run();
                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command.WithExamples(
            (
                "mien-tools adaptation --data fer2013.csv.gz --votes fer2013new.csv",
                "reproduces the measurements in docs/adaptation.md"
            ),
            ("mien-tools adaptation --simulate --draws 100", "reproduces the simulation in docs/adaptation.md")
        );
    }
}
