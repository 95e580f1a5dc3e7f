using System.CommandLine;
using Mien.CommandLine;
using Mien.Networks;

namespace Mien.Lab;

/// <summary>The commands of <c>mien-lab</c>.</summary>
internal static class LabCommand
{
    /// <summary>Creates the root command; every call creates a new one.</summary>
    /// <returns>The root command.</returns>
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Trains and exports networks for facial expressions: data sets, networks, recipes, experiments, model "
                + "cards, Keras import. The program 'mien' predicts and evaluates."
        )
        {
            TrainCommand.Create(),
            ResumeCommand.Create(),
            RecipeCommand.Create(),
            ExperimentCommand.Create(),
            ExportCommand.Create(),
            OutOfFoldCommand.Create(),
            AddHeadCommand.Create(),
            EnsembleCommand.Create(),
            AddFeaturesCommand.Create(),
            ImportCommand.Create(),
            NormaliseCommand.Create(),
            CardCommand.Create(),
            DataCommand.Create(),
            NetworksCommand.Create(),
            InfoCommand.Create(),
            CompletionCommand.Create("mien-lab"),
        };
        root.HelpName = "mien-lab";
        return root.WithExamples(
            ("mien-lab train recipes/tiny.json --data fer2013.csv.gz --votes fer2013new.csv", "train a network"),
            ("mien-lab resume shallow", "resume it after an interruption"),
            (
                "mien-lab train recipes/tiny.json --device cuda --libtorch venv/lib/python3.12/site-packages/torch",
                "train on a GPU with the libraries of PyTorch"
            )
        );
    }

    /// <summary>
    /// Converts the exception of <c>Mien.Networks</c>, which does not reference Mien, to one with an error kind: it
    /// always means an invalid network description.
    /// </summary>
    /// <param name="error">The exception.</param>
    /// <returns><c>null</c> for any other exception.</returns>
    public static MienException? AsMien(Exception error) =>
        error is NetworkException ? new MienException(ErrorKind.BadUsage, "badNetwork", error.Message, error) : null;
}
