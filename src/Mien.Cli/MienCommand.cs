using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>The command line of <c>mien</c>.</summary>
internal static class MienCommand
{
    /// <summary>Builds the commands. Each call gives new ones, so that tests can run side by side.</summary>
    /// <param name="args">
    /// The arguments that it will be run with. Where they name another command, that of the service stays without its
    /// options, which would load an assembly in vain; <c>null</c>: everything is there.
    /// </param>
    /// <returns>The root command; run it with <see cref="ConsoleProgram"/>.</returns>
    public static RootCommand Create(IReadOnlyList<string>? args = null)
    {
        var root = new RootCommand("Mien recognises facial expressions in images and measures how well it does.")
        {
            HelpName = "mien",
        };
        root.Add(PredictCommand.Create());
        root.Add(EvaluateCommand.Create());
        root.Add(ModelsCommand.Create());
        root.Add(InfoCommand.Create());
        root.Add(ServeCommand.Create(args is null or [] or ["serve" or "help" or ['[', ..], ..]));
        root.Add(CompletionCommand.Create("mien"));
        foreach (
            Option<string> model in root
                .Subcommands.SelectMany(c => c.Options)
                .OfType<Option<string>>()
                .Where(o => o.Name == "--model")
        )
        {
            model.CompletionSources.Add([.. BuiltInModels.Names]);
        }

        return root.WithExamples(
            ("mien predict samples/faces", "Names the expression of every image in a folder."),
            ("mien evaluate shallow fer2013.csv", "Measures a model on labelled images."),
            ("mien serve", "Runs the web service and its page on this machine.")
        );
    }
}
