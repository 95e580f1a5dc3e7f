using System.CommandLine;
using System.Globalization;
using Mien.CommandLine;
using Mien.Server;

namespace Mien.Cli;

/// <summary><c>mien work</c>: processes the shards of jobs until it is stopped.</summary>
internal static class WorkCommand
{
    private static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(30);

    /// <summary>Creates the command.</summary>
    /// <param name="complete">Whether to add the options, which other commands do not need.</param>
    public static Command Create(bool complete)
    {
        var command = new Command("work", "Process queued photos as one of many workers. Needs a NATS server.");
        return complete ? new WorkOptions().AddTo(command) : command;
    }

    /// <summary>The options of the command.</summary>
    private sealed class WorkOptions
    {
        private readonly Option<string?> root = new("--root")
        {
            HelpName = "DIR",
            Description = "The folder of the photos. Nothing outside of it is read, whatever a job says.",
        };
        private readonly Option<string?> outputRoot = new("--output-root")
        {
            HelpName = "DIR",
            Description =
                "The folder that holds the jobs' output folders; default: --root. Nothing is written outside of it.",
        };
        private readonly Option<string[]> models = new("--model")
        {
            HelpName = "FILE",
            Description =
                "An ONNX file with a contract that jobs may use, besides the built-in models; may be repeated. A job "
                + "names its model by the SHA-256 of the file.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        private readonly Option<bool> untilEmpty = new("--until-empty")
        {
            Description = "End when no shard is left, instead of waiting for more.",
        };
        private readonly Option<string> grace = OptionValues.Text(
            "--grace",
            SettingText.Short(DefaultGrace),
            "TIME",
            "How long the worker may take to end after SIGTERM or Ctrl-C. It finishes the shard in hand, or gives it "
                + "back 5s before this time is over, and another worker begins it anew. Below 5s it gives it back at "
                + "once."
        );
        private readonly Option<string?> lease = new("--lease")
        {
            HelpName = "TIME",
            Description =
                "How long a worker may be silent before others take over its shard; default 10s. Give the same to all "
                + "workers of a server.",
        };
        private readonly Option<int> threads = CommonOptions.Threads();
        private readonly Option<string> device = CommonOptions.Device();
        private readonly Option<string?> healthPort = new("--health-port")
        {
            HelpName = "N",
            Description =
                "Serve /health/live, /health/ready and /metrics (Prometheus) on this port; 0: any free port. Default: "
                + "off.",
        };
        private readonly Option<string> healthAddress = OptionValues.Text(
            "--health-address",
            "127.0.0.1",
            "IP",
            "Listen on this address; *: all addresses of this machine."
        );
        private readonly Option<string?> otlp = new("--otlp-endpoint")
        {
            HelpName = "URL",
            Description = "Send metrics to this OTLP endpoint over gRPC.",
        };
        private readonly Option<bool> check = new("--check")
        {
            Description =
                "Start nothing; check whether the worker with this --health-port is ready. Exit code 0: ready, 1: not.",
        };
        private readonly Option<bool> quiet = CommonOptions.Quiet();
        private readonly NatsArguments nats = new();

        public Command AddTo(Command command)
        {
            foreach (Option option in (Option[])[root, outputRoot, models, untilEmpty, grace, lease, threads, device])
            {
                command.Add(option);
            }

            command.Add(quiet);
            nats.AddTo(command);
            command.AddSection("Health and metrics", [healthPort, healthAddress, otlp, check]);
            command.SetAction(
                (parsed, cancellationToken) =>
                {
                    CommandConsole console = CommandConsole.Of(parsed);
                    WorkRequest request = ToRequest(parsed);
                    return request.HealthPort is { } port && parsed.GetValue(check)
                        ? HealthCheck.RunAsync(
                            request.HealthAddress,
                            port,
                            $"mien work --health-port {port.ToString(CultureInfo.InvariantCulture)}",
                            console,
                            cancellationToken
                        )
                        : new WorkRun(console, request, nats.Of(parsed), cancellationToken).ExecuteAsync();
                }
            );
            return command
                .WithExamples(
                    (
                        "mien work --nats nats://queue:4222 --root /archive --output-root /results",
                        "Work until SIGTERM or Ctrl-C, with one thread per core."
                    ),
                    (
                        "mien work --nats nats://queue:4222 --root /archive --until-empty",
                        "Work until nothing is left. The results are below /archive too."
                    ),
                    (
                        "MIEN_NATS_TOKEN=… mien work --nats tls://queue:4222 --root /archive --model mine.onnx",
                        "With a token and TLS, for jobs that use a model of your own."
                    ),
                    (
                        "mien work --root /archive --threads 2 --health-port 8081",
                        "With health checks and metrics at http://127.0.0.1:8081; the server is in MIEN_NATS_URL."
                    )
                )
                .WithNote(
                    "A job brings its model (as a SHA-256), detection options and limits with it. A worker of another "
                        + "version of mien, or without the model, refuses the job and takes others. Everything "
                        + "else: docs/workers.md."
                );
        }

        private WorkRequest ToRequest(ParseResult parsed)
        {
            int? port = parsed.GetValue(healthPort) is { } text
                ? Setting(healthPort.Name, text, t => SettingText.WholeNumber(t, 0, 65535))
                : null;
            bool isCheck = parsed.GetValue(check);
            if (isCheck && port is null)
            {
                throw new UsageException("--check asks a running worker: give its --health-port.");
            }

            string? photos = parsed.GetValue(root);
            if (!isCheck && string.IsNullOrWhiteSpace(photos))
            {
                throw new UsageException("--root is missing. Name the folder of the photos with --root DIR.");
            }

            return new WorkRequest
            {
                Root = photos ?? "",
                OutputRoot = parsed.GetValue(outputRoot) ?? photos ?? "",
                Models = parsed.GetValue(models) ?? [],
                Threads = parsed.GetValue(threads),
                Device = CommonOptions.DeviceOf(parsed.GetValue(device)),
                UntilEmpty = parsed.GetValue(untilEmpty),
                Grace = Setting(
                    grace.Name,
                    parsed.GetValue(grace)!,
                    t => SettingText.Time(t, TimeSpan.Zero, TimeSpan.FromHours(24))
                ),
                Lease = parsed.GetValue(lease) is { } silence
                    ? Setting(
                        lease.Name,
                        silence,
                        t => SettingText.Time(t, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10))
                    )
                    : null,
                HealthPort = port,
                HealthAddress = Setting(
                    healthAddress.Name,
                    parsed.GetValue(healthAddress)!,
                    t => SettingText.Address(t)
                ),
                OtlpEndpoint = parsed.GetValue(otlp) is { } endpoint
                    ? Setting(otlp.Name, endpoint, t => SettingText.Endpoint(t))
                    : null,
                Quiet = parsed.GetValue(quiet),
            };
        }

        /// <summary>Parses a value as the service does.</summary>
        private static T Setting<T>(string name, string text, Func<string, T> parse)
        {
            try
            {
                return parse(text);
            }
            catch (FormatException e)
            {
                throw new UsageException($"{name} is '{text}', expected {e.Message}.", e);
            }
        }
    }
}
