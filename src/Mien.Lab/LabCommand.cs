using System.CommandLine;
using Mien.CommandLine;
using Mien.Data;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>The commands of <c>mien-lab</c>.</summary>
internal static class LabCommand
{
    /// <summary>
    /// Codes of errors that mean a wrong argument, and not work that failed; the first five as <c>mien</c> has them.
    /// </summary>
    private static readonly HashSet<string> WrongArguments = new(StringComparer.Ordinal)
    {
        "fileNotFound",
        "notFound",
        "isDirectory",
        "badPath",
        "unknownModel",
        "noStructure",
        "noInputSize",
        "badInputSize",
        "recipeNotFound",
        "badRecipe",
        "badNetwork",
        "noVotes",
        "noTeacher",
        "tooFewImages",
        "experimentNotFound",
        "badExperiment",
        "experimentChanged",
    };

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
            ExperimentCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            CardCommand.Create(),
            MeanFacesCommand.Create(),
            FramingCommand.Create(),
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

    /// <summary>The exit code of an error that is the user's matter; <c>null</c> for any other.</summary>
    /// <param name="error">The exception.</param>
    /// <returns>1 where work failed, 2 where the command line names something unusable.</returns>
    public static int? ExitCodeOf(Exception error) =>
        error switch
        {
            NetworkException => ExitCodes.Usage,
            MienException { Code: var code } when WrongArguments.Contains(code) => ExitCodes.Usage,
            MienException => ExitCodes.SomeFailed,
            _ => null,
        };
}
