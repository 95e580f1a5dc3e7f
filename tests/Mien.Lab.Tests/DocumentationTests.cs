namespace Mien.Lab.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void Every_documented_command_line_is_accepted_by_mien_lab() =>
        DocumentedCommands.AssertAccepted(LabCommand.Create(), "mien-lab", "src/Mien.Lab");
}
