using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Tools;

/// <summary>The commands of <c>mien-tools</c>.</summary>
internal static class ToolsCommand
{
    /// <summary>Creates a new instance of the root command.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Development tools of Mien: measurements, and the creation of the samples. Not published."
        )
        {
            AdaptationCommand.Create(),
            FramingCommand.Create(),
            MeanFacesCommand.Create(),
        };
        root.HelpName = "mien-tools";
        return root.WithExamples(
            (
                "mien-tools framing --data fer2013.csv.gz --images 6000",
                "positions of the detector's boxes in the " + "images of FER2013"
            )
        );
    }
}
