using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>The command line of <c>mien</c>.</summary>
internal static class MienCommand
{
    /// <summary>Builds the commands. Each call creates new ones, so that tests can run in parallel.</summary>
    /// <param name="args">
    /// The arguments of this run. <c>serve</c> and the commands of workers get their options only if they are named,
    /// because creating them takes time and loads the server's assembly. <c>null</c> creates all options.
    /// </param>
    /// <returns>The root command; run it with <see cref="ConsoleProgram"/>.</returns>
    public static RootCommand Create(IReadOnlyList<string>? args = null)
    {
        var root = new RootCommand(
            "Recognise facial expressions in photos and videos, evaluate and adapt models on labelled pictures, run a "
                + "web service."
        )
        {
            HelpName = "mien",
        };
        root.Add(PredictCommand.Create());
        root.Add(VideoCommand.Create());
        root.Add(MergeCommand.Create());
        root.Add(EvaluateCommand.Create());
        root.Add(AdaptCommand.Create());
        root.Add(ModelsCommand.Create());
        root.Add(InfoCommand.Create());
        root.Add(ServeCommand.Create(IsComplete("serve")));
        root.Add(EnqueueCommand.Create(IsComplete("enqueue")));
        root.Add(WorkCommand.Create(IsComplete("work")));
        root.Add(JobsCommand.Create(IsComplete("jobs")));
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
            ("mien predict samples/faces", "Classify the face in every image of a folder."),
            ("mien video clip.mp4", "Show how long each face in a video shows which expression."),
            ("mien evaluate default fer2013.csv", "Evaluate a built-in model on labelled images."),
            ("mien adapt labelled -o mine.onnx", "Adapt a built-in model to your own labelled pictures."),
            ("mien serve", "Run the web service and its page on this machine."),
            ("mien enqueue photos --output results", "Queue photos for workers, which 'mien work' runs.")
        );

        bool IsComplete(string command) => args is null or [] or ["help" or ['[', ..], ..] || args[0] == command;
    }
}
