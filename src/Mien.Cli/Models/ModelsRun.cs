using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>Lists the built-in models with their accuracy.</summary>
internal sealed class ModelsRun(CommandConsole console)
{
    public bool Json { get; init; }

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        IReadOnlyList<ModelSummary> models = ModelSummary.ReadAll(cancellationToken);
        if (Json)
        {
            console.Out.WriteLine(JsonText.Write(writer => ModelSummary.WriteJson(writer, models)));
        }
        else
        {
            ModelSummary.WriteTable(console, models);
        }

        return ExitCodes.Done;
    }
}
