using System.CommandLine;
using Mien.CommandLine;
using Mien.Networks;

namespace Mien.Lab;

/// <summary>The commands of <c>mien-lab</c>.</summary>
internal static class LabCommand
{
    /// <summary>Creates the root command; every call gives a new one.</summary>
    /// <returns>The root command.</returns>
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Reads FER2013, describes networks, trains them, exports them as ONNX and imports those of Keras. "
                + "What needs no training is in 'mien'."
        )
        {
            TrainCommand.Create(),
            ResumeCommand.Create(),
            RecipeCommand.Create(),
            ExperimentCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            CardCommand.Create(),
            DataCommand.Create(),
            NetworksCommand.Create(),
            CompletionCommand.Create("mien-lab"),
        };
        root.HelpName = "mien-lab";
        return root.WithExamples(
            ("mien-lab train recipes/shallow.json --data fer2013.csv.gz", "trains a network by a recipe"),
            ("mien-lab resume shallow", "goes on after an interruption")
        );
    }

    /// <summary>
    /// What <c>Mien.Networks</c> throws, which knows nothing of Mien: always a description that cannot be used.
    /// </summary>
    /// <param name="error">The exception.</param>
    public static MienException? AsMien(Exception error) =>
        error is NetworkException ? new MienException(ErrorKind.BadUsage, "badNetwork", error.Message, error) : null;
}
