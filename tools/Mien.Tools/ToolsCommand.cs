using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Tools;

/// <summary>The commands of <c>mien-tools</c>.</summary>
internal static class ToolsCommand
{
    /// <summary>Creates the root command; every call gives a new one.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand(
            "Measures Mien and makes its samples. It belongs to the project and is not published."
        )
        {
            FramingCommand.Create(),
            MeanFacesCommand.Create(),
        };
        root.HelpName = "mien-tools";
        return root.WithExamples(
            ("mien-tools framing --data fer2013.csv.gz --images 6000", "how the detector's boxes lie in FER2013")
        );
    }
}
