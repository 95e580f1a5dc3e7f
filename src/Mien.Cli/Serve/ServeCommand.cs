using System.CommandLine;
using Mien.CommandLine;
using Mien.Server;

namespace Mien.Cli;

/// <summary><c>mien serve</c>: the HTTP API and the page.</summary>
internal static class ServeCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="complete">
    /// Whether its options are added: they are many, and known to an assembly that other commands have no need to load.
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
                $"A JSON file of settings, in its section Mien; unless given, {ServerOptionsReader.DefaultFile} "
                + $"in the current folder, where it is.",
        };
        var check = new Option<bool>("--check")
        {
            Description =
                "Ask the service that runs with these settings whether it is ready: exit code 0 if it is, 1 if not.",
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
        return command.WithExamples(
            (
                "mien serve",
                "The page is at http://127.0.0.1:8080, the API reference at http://127.0.0.1:8080/docs. Ctrl-C "
                    + "stops it."
            ),
            (
                "curl --data-binary @photo.jpg http://127.0.0.1:8080/v1/faces",
                "Sends a photo to it, from another terminal."
            ),
            (
                "mien serve --address '*' --api-keys-file keys.txt --allowed-hosts mien.example.org",
                "Lets other machines in, with a key."
            ),
            (
                "MIEN_PORT=9000 mien serve",
                "Every flag is an environment variable too, and a setting of the same name in appsettings.json."
            )
        );
    }
}
