using System.CommandLine;
using Mien.CommandLine;
using Mien.Server;

namespace Mien.Cli;

/// <summary><c>mien serve</c>: runs the HTTP API and the page.</summary>
internal static class ServeCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="complete">
    /// Whether to add the options. Creating them loads the server's assembly, which other commands do not need.
    /// </param>
    public static Command Create(bool complete)
    {
        var command = new Command(
            "serve",
            "Run the web service: an HTTP API for photos and camera streams, and a page to try it."
        );
        return complete ? Complete(command) : command;
    }

    private static Command Complete(Command command)
    {
        var config = new Option<string?>("--config")
        {
            HelpName = "FILE",
            Description =
                $"JSON file with settings in its section Mien. Default: {ServerOptionsReader.DefaultFile} in the "
                + $"current folder, if it exists.",
        };
        var check = new Option<bool>("--check")
        {
            Description =
                "Start nothing; check whether the service running with these settings is ready. Exit code 0: ready, "
                + "1: not.",
        };
        (ServerSetting Setting, Option<string?> Option)[] flags =
        [
            .. ServerSettings
                .All.Where(s => !s.IsSecret)
                .Select(s =>
                    (
                        s,
                        new Option<string?>(s.Flag)
                        {
                            HelpName = s.Values,
                            Description = s.Default.Length > 0 ? $"{s.Help} [default: {s.Default}]" : s.Help,
                        }
                    )
                ),
        ];
        foreach ((_, Option<string?> option) in flags)
        {
            command.Add(option);
        }

        command.Add(config);
        command.Add(check);
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var given = flags
                    .Where(f => parsed.GetValue(f.Option) is not null)
                    .ToDictionary(f => f.Setting.Name, f => parsed.GetValue(f.Option)!);
                return new ServeRun(CommandConsole.Of(parsed))
                {
                    Flags = given,
                    SettingsFile = parsed.GetValue(config),
                    Check = parsed.GetValue(check),
                }.ExecuteAsync(cancellationToken);
            }
        );
        return command
            .WithExamples(
                (
                    "mien serve",
                    "Page: http://127.0.0.1:8080, API reference: http://127.0.0.1:8080/docs. Press Ctrl-C to stop."
                ),
                (
                    "curl --data-binary @photo.jpg http://127.0.0.1:8080/v1/faces",
                    "Send it a photo from another terminal."
                ),
                (
                    "mien serve --address '*' --api-keys-file keys.txt --allowed-hosts mien.example.org",
                    "Accept requests from other machines, with an API key."
                ),
                (
                    "MIEN_PORT=9000 mien serve",
                    "Every option can also be set as an environment variable or in appsettings.json."
                )
            )
            .WithNote(
                "Before you use it on pictures of people, read docs/responsible-use.md: what is recognised, law, a "
                    + "notice to use."
            );
    }
}
