namespace Mien.Cli.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void Every_command_line_in_the_documentation_is_one_that_mien_takes() =>
        DocumentedCommands.Check(MienCommand.Create(), "mien", "src/Mien.Cli");
}
