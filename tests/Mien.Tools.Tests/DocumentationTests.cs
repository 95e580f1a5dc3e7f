namespace Mien.Tools.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void Every_command_line_in_the_documentation_is_one_that_mien_tools_takes() =>
        DocumentedCommands.AssertAccepted(ToolsCommand.Create(), "mien-tools", "tools/Mien.Tools");
}
