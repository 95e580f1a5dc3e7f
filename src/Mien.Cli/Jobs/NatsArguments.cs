using System.CommandLine;
using Mien.CommandLine;
using Mien.Workers;

namespace Mien.Cli;

/// <summary>
/// The options of the connection to a NATS server; each command gets its own instance. No option takes a secret,
/// because all users of a machine can see command lines: secrets are in variables or files.
/// </summary>
internal sealed class NatsArguments
{
    private readonly Option<string?> url = new("--nats")
    {
        HelpName = "nats://HOST:PORT",
        Description =
            "NATS server with JetStream, or several of a cluster separated by commas; tls://HOST:PORT for TLS. "
            + "Default: MIEN_NATS_URL, or nats://127.0.0.1:4222.",
    };
    private readonly Option<string?> user = Text("--nats-user", "NAME", "User; the password is in MIEN_NATS_PASSWORD.");
    private readonly Option<string?> password = Text(
        "--nats-password-file",
        "FILE",
        "File with the password, instead of MIEN_NATS_PASSWORD."
    );
    private readonly Option<string?> token = Text(
        "--nats-token-file",
        "FILE",
        "File with a token, instead of MIEN_NATS_TOKEN."
    );
    private readonly Option<string?> credentials = Text("--nats-creds", "FILE", "Credentials file (JWT and seed).");
    private readonly Option<string?> nkey = Text("--nats-nkey", "FILE", "File with the seed of an nkey.");
    private readonly Option<string?> authority = Text(
        "--nats-ca",
        "FILE",
        "PEM file with the certificate authorities that are trusted; TLS is used then."
    );
    private readonly Option<string?> certificate = Text("--nats-cert", "FILE", "PEM file with a client certificate.");
    private readonly Option<string?> key = Text("--nats-key", "FILE", "PEM file with the key of the certificate.");

    /// <summary>The options, the address first.</summary>
    public IReadOnlyList<Option> All => [url, user, password, token, credentials, nkey, authority, certificate, key];

    /// <summary>Adds the options as a group.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isRecursive">Whether the commands below it have them too.</param>
    public void AddTo(Command command, bool isRecursive = false)
    {
        foreach (Option option in All)
        {
            option.Recursive = isRecursive;
        }

        command.AddSection("NATS server", All);
    }

    /// <summary>The settings of the options; those that are not given are taken from the environment.</summary>
    /// <exception cref="MienException">A file cannot be read, or options contradict each other.</exception>
    public NatsSettings Of(ParseResult parsed)
    {
        var settings = NatsSettings.FromEnvironment(Environment.GetEnvironmentVariable);
        if (parsed.GetValue(url) is { } address)
        {
            NatsSettings.CheckCommandLineUrl(address);
            settings = settings with { Url = address };
        }

        // Options replace what the environment says of another kind of credentials.
        Option<string?>[] kinds = [user, password, token, credentials, nkey];
        if (kinds.Any(o => parsed.GetValue(o) is not null))
        {
            bool isUser = parsed.GetValue(user) is not null || parsed.GetValue(password) is not null;
            settings = settings with
            {
                User = isUser ? parsed.GetValue(user) ?? settings.User : null,
                Password = isUser ? Secret(parsed, password) ?? settings.Password : null,
                Token = Secret(parsed, token),
                CredentialsFile = parsed.GetValue(credentials),
                NKeyFile = parsed.GetValue(nkey),
            };
        }

        settings = settings with
        {
            CaFile = parsed.GetValue(authority) ?? settings.CaFile,
            CertificateFile = parsed.GetValue(certificate) ?? settings.CertificateFile,
            KeyFile = parsed.GetValue(key) ?? settings.KeyFile,
        };
        settings.Check();
        return settings;
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static string? Secret(ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } file)
        {
            return null;
        }

        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } text
                ? text
                : throw new UsageException($"{option.Name}: '{file}' is empty, expected one line with the secret.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"{option.Name}: '{file}' cannot be read ({e.Message}). Check the path.", e);
        }
    }
}
