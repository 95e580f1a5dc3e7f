global using CliResult = Mien.Testing.CommandResult;

namespace Mien.Cli.Tests;

/// <summary>Runs the command line inside the test's process, with the output caught.</summary>
internal static class Cli
{
    public static CliResult Run(params string[] args) => Run(CancellationToken.None, args);

    public static CliResult Run(CancellationToken cancellationToken, params string[] args) =>
        CommandResult.Of(MienCommand.Create(), args, cancellationToken: cancellationToken);
}
