namespace Mien.Tools.Tests;

/// <summary>Runs the command line inside the test's process, with the output caught.</summary>
internal static class Tools
{
    public static CommandResult Run(params string[] args) => CommandResult.Of(ToolsCommand.Create(), args);
}
