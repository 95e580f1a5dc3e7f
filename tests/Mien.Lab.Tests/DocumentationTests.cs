namespace Mien.Lab.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void Every_command_line_in_the_documentation_is_one_that_mien_lab_takes() =>
        DocumentedCommands.Check(LabCommand.Create(), "mien-lab", "src/Mien.Lab");
}
