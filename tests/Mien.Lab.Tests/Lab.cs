global using LabResult = Mien.Testing.CommandResult;

namespace Mien.Lab.Tests;

/// <summary>Runs the command line inside the test process and captures its output.</summary>
internal static class Lab
{
    public static LabResult Run(params string[] args) => Run(CancellationToken.None, args);

    public static LabResult Run(CancellationToken cancellationToken, params string[] args) =>
        CommandResult.Of(LabCommand.Create(), args, LabCommand.AsMien, cancellationToken);
}
