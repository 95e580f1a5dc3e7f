using System.CommandLine;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien jobs</c>: how far the jobs are, their files, and what an operator does with them.</summary>
internal static class JobsCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="complete">Whether to add the options, which other commands do not need.</param>
    public static Command Create(bool complete)
    {
        var command = new Command("jobs", "Show and manage queued jobs: progress, files, retry, cancel, delete.");
        return complete ? Complete(command) : command;
    }

    private static Command Complete(Command command)
    {
        var json = new Option<bool>("--json") { Description = "Write JSON.", Recursive = true };
        var nats = new NatsArguments();
        command.Add(json);
        nats.AddTo(command, isRecursive: true);
        command.SetAction((parsed, cancellationToken) => Run(parsed, cancellationToken).ListAsync(null));

        var shown = new Argument<string?>("JOB") { Description = "Only this job.", Arity = ArgumentArity.ZeroOrOne };
        var list = new Command("list", "Show how far the jobs are, with their dead photos. The default.") { shown };
        list.SetAction((parsed, cancellationToken) => Run(parsed, cancellationToken).ListAsync(parsed.GetValue(shown)));
        command.Add(
            list.WithExamples(
                ("mien jobs list --nats nats://queue:4222", "All jobs."),
                ("mien jobs list results --json", "One job, for a program.")
            )
        );
        Add(
            "files",
            "List the files that hold the results of a job, relative to the workers' --output-root.",
            (run, job) => run.FilesAsync(job),
            ("mien jobs files results --nats nats://queue:4222", "The files that count; others are leftovers."),
            ("mien jobs files results --json", "With the number of photos, faces and errors of each.")
        );
        Add(
            "retry",
            "Queue the dead photos of a job again, for example after an update.",
            (run, job) => run.RetryAsync(job),
            ("mien jobs retry results --nats nats://queue:4222", "Their errors count until they have results.")
        );
        Add(
            "cancel",
            "Cancel a job: no shard is begun any more. Results that are written stay.",
            (run, job) => run.CancelAsync(job),
            ("mien jobs cancel results --nats nats://queue:4222", "Workers end the shards in hand and go on.")
        );
        Add(
            "delete",
            "Delete what the server holds of a job that is complete or cancelled. The result files stay.",
            (run, job) => run.DeleteAsync(job),
            ("mien jobs delete results --nats nats://queue:4222", "Its name can be used again.")
        );
        return command.WithExamples(
            ("mien jobs --nats nats://queue:4222", "Done, running, waiting and dead, photos per second, time left."),
            ("mien jobs files results --nats nats://queue:4222", "The files that hold the results of the job."),
            ("mien jobs retry results --nats nats://queue:4222", "Try its dead photos again."),
            ("MIEN_NATS_URL=nats://queue:4222 mien jobs --json", "The same as JSON, for a program.")
        );

        JobsRun Run(ParseResult parsed, CancellationToken cancellationToken) =>
            new(CommandConsole.Of(parsed), nats.Of(parsed), cancellationToken) { Json = parsed.GetValue(json) };

        void Add(
            string name,
            string description,
            Func<JobsRun, string, Task<int>> act,
            params (string Line, string Meaning)[] examples
        )
        {
            var job = new Argument<string>("JOB") { Description = "The name of the job." };
            var inner = new Command(name, description) { job };
            inner.SetAction((parsed, cancellationToken) => act(Run(parsed, cancellationToken), parsed.GetValue(job)!));
            command.Add(inner.WithExamples(examples));
        }
    }
}
