using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli;

/// <summary><c>mien enqueue PHOTOS…</c>: puts photos into the queue of the workers.</summary>
internal static class EnqueueCommand
{
    private const int MaxShardSize = 100_000;

    /// <summary>Creates the command.</summary>
    /// <param name="complete">Whether to add the arguments and options, which other commands do not need.</param>
    public static Command Create(bool complete)
    {
        var command = new Command(
            "enqueue",
            "Queue photos for workers on other machines, which 'mien work' runs. Needs a NATS server."
        );
        return complete ? Complete(command) : command;
    }

    private static Command Complete(Command command)
    {
        Argument<string[]> photos = new Argument<string[]>("PHOTOS")
        {
            Arity = ArgumentArity.OneOrMore,
            Description =
                "A folder, a quoted pattern such as \"photos/**/*.jpg\", or @FILE for a list with one path per line "
                + "(@- on standard input). Workers get the paths below this folder, or below --root.",
        }.RejectUnknownOptions();
        var root = new Option<string?>("--root")
        {
            HelpName = "DIR",
            Description =
                "The folder that the workers see as their --root; it must contain the photos. Default: the given "
                + "folder, or the folder of the list.",
        };
        var output = new Option<string>("--output", "-o")
        {
            HelpName = "DIR",
            Description =
                "Folder for the Parquet parts, relative to the workers' --output-root (or a full path in it); . is "
                + "that folder itself.",
            Required = true,
        };
        var name = new Option<string?>("--name")
        {
            HelpName = "JOB",
            Description =
                "Name of the job: letters, digits, - and _. Default: made from --output. The same command with the "
                + "same name continues an interrupted enqueue.",
        };
        var shardSize = new Option<string?>("--shard-size")
        {
            HelpName = "N",
            Description =
                $"Photos per shard, which one worker processes into one file; default {ParquetParts.DefaultSize}.",
        };
        var options = new JobOptions();
        var nats = new NatsArguments();
        Option<bool> quiet = CommonOptions.Quiet();
        command.Add(photos);
        foreach (Option option in (Option[])[root, output, name, shardSize, quiet])
        {
            command.Add(option);
        }

        options.AddTo(command);
        nats.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                new EnqueueRun(
                    CommandConsole.Of(parsed),
                    new EnqueueRequest
                    {
                        Photos = parsed.GetValue(photos)!,
                        Root = parsed.GetValue(root),
                        Output = parsed.GetValue(output)!,
                        Name = parsed.GetValue(name),
                        ShardSize = SizeOf(parsed.GetValue(shardSize)),
                        Settings = options.SettingsOf(parsed),
                        Options = options.ToArguments(parsed),
                        Nats = nats.Of(parsed),
                        Quiet = parsed.GetValue(quiet),
                    },
                    cancellationToken
                ).ExecuteAsync()
        );
        return command
            .WithExamples(
                (
                    "mien enqueue photos --nats nats://queue:4222 --output results",
                    "Queue all photos in a folder. If it is interrupted, run it again."
                ),
                (
                    "mien work --nats nats://queue:4222 --root photos --output-root . --until-empty",
                    "Process them, on as many machines as you like; the results go to ./results."
                ),
                ("mien jobs --nats nats://queue:4222", "See how far the job is."),
                (
                    "mien enqueue /archive/2026 --root /archive --output results --name y2026 --model tiny",
                    "Workers with --root /archive read 2026/…; they use the model tiny."
                ),
                (
                    "find . -name '*.jpg' | mien enqueue @- --output results --shard-size 200",
                    "Queue the photos of a list, in smaller shards."
                )
            )
            .WithNote(
                "The options under Model, Face detection and Limits of images travel with the job. Threads, device and "
                    + "model files belong to the worker (docs/workers.md)."
            );
    }

    private static int SizeOf(string? text) =>
        text is null ? ParquetParts.DefaultSize
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
        && value is > 0 and <= MaxShardSize
            ? value
        : throw new UsageException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"--shard-size is {text}, expected a whole number from 1 to {MaxShardSize:N0}."
            )
        );
}
