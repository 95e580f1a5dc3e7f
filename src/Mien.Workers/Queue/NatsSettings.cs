using System.Globalization;

namespace Mien.Workers;

/// <summary>How a NATS server is reached. Immutable.</summary>
internal sealed record NatsSettings
{
    /// <summary>The address if none is given.</summary>
    public const string DefaultUrl = "nats://127.0.0.1:4222";

    private const string Prefix = "MIEN_NATS_";

    private static readonly string[] Schemes = ["nats://", "tls://", "ws://", "wss://"];

    /// <summary>One or more addresses, separated by commas, such as <c>nats://host:4222</c>.</summary>
    public string Url { get; init; } = DefaultUrl;

    /// <summary>The user; needs <see cref="Password"/>.</summary>
    public string? User { get; init; }

    /// <summary>The password of <see cref="User"/>.</summary>
    public string? Password { get; init; }

    /// <summary>A token.</summary>
    public string? Token { get; init; }

    /// <summary>A credentials file (<c>.creds</c>: JWT and seed).</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>A file with the seed of an nkey.</summary>
    public string? NKeyFile { get; init; }

    /// <summary>A PEM file with the certificates of the authorities that are trusted; implies TLS.</summary>
    public string? CaFile { get; init; }

    /// <summary>A PEM file with the client's certificate; needs <see cref="KeyFile"/>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A PEM file with the private key of the client's certificate.</summary>
    public string? KeyFile { get; init; }

    /// <summary>How many servers of a cluster keep what is created, 1 to 5.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>How long a worker may be silent before its shard is delivered to another one.</summary>
    public TimeSpan AckWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer of the server may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The name of the connection, which the server shows.</summary>
    public string ClientName { get; init; } = "mien";

    /// <summary>
    /// Reads the variables MIEN_NATS_URL, _USER, _PASSWORD, _TOKEN, _CREDS, _NKEY, _CA, _CERT, _KEY and _REPLICAS.
    /// </summary>
    /// <param name="variable">Gets the value of a variable; <see langword="null"/> if it is not set.</param>
    /// <exception cref="MienException"><c>badOption</c>: a number is wrong.</exception>
    public static NatsSettings FromEnvironment(Func<string, string?> variable)
    {
        string? Value(string name) => variable(Prefix + name) is { Length: > 0 } value ? value : null;
        string replicas = Value("REPLICAS") ?? "1";
        return new NatsSettings
        {
            Url = Value("URL") ?? DefaultUrl,
            User = Value("USER"),
            Password = Value("PASSWORD"),
            Token = Value("TOKEN"),
            CredentialsFile = Value("CREDS"),
            NKeyFile = Value("NKEY"),
            CaFile = Value("CA"),
            CertificateFile = Value("CERT"),
            KeyFile = Value("KEY"),
            Replicas = int.TryParse(replicas, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw Bad($"{Prefix}REPLICAS is '{replicas}', expected a number from 1 to 5."),
        };
    }

    /// <summary>
    /// Refuses an address of the command line that contains a password or token, because every user of the machine can
    /// see command lines.
    /// </summary>
    /// <exception cref="MienException"><c>badOption</c>.</exception>
    public static void CheckCommandLineUrl(string url)
    {
        if (Addresses(url).Any(a => Authority(a).Contains('@', StringComparison.Ordinal)))
        {
            throw Bad(
                "The address contains a password or token, which every user of this machine can see on a command line. "
                    + $"Put the address into the variable {Prefix}URL, or the credentials into {Prefix}USER and "
                    + $"{Prefix}PASSWORD or {Prefix}TOKEN."
            );
        }
    }

    /// <summary>Gets the addresses without passwords and tokens, for messages.</summary>
    public string ShownUrl() =>
        string.Join(
            ',',
            Addresses(Url)
                .Select(a =>
                {
                    string authority = Authority(a);
                    int at = authority.LastIndexOf('@');
                    return at < 0 ? a : a.Replace(authority, authority[(at + 1)..], StringComparison.Ordinal);
                })
        );

    /// <summary>Checks that the settings are complete and consistent, and that the files exist.</summary>
    /// <exception cref="MienException"><c>badOption</c>, <c>fileNotFound</c>.</exception>
    public void Check()
    {
        string[] addresses = Addresses(Url);
        if (addresses.Length == 0 || addresses.FirstOrDefault(a => !IsAddress(a)) is not null)
        {
            throw Bad(
                $"'{ShownUrl()}' is not the address of a NATS server. Expected nats://HOST:PORT or tls://HOST:PORT, "
                    + "several separated by commas."
            );
        }

        if (User is null != Password is null)
        {
            throw Bad($"{Prefix}USER and {Prefix}PASSWORD belong together, and only one of them is set.");
        }

        if (CertificateFile is null != KeyFile is null)
        {
            throw Bad("A client certificate and its private key belong together, and only one of them is given.");
        }

        int kinds = new[] { User, Token, CredentialsFile, NKeyFile }.Count(v => v is not null);
        if (kinds > 1)
        {
            throw Bad(
                "Several kinds of credentials are given. Use one of: user and password, token, credentials file, nkey "
                    + "file."
            );
        }

        if (Replicas is < 1 or > 5)
        {
            throw Bad($"{Prefix}REPLICAS is {Replicas}, expected a number from 1 to 5.");
        }

        foreach (string file in new[] { CredentialsFile, NKeyFile, CaFile, CertificateFile, KeyFile }.OfType<string>())
        {
            if (!File.Exists(file))
            {
                throw new MienException(
                    ErrorKind.BadUsage,
                    "fileNotFound",
                    $"{file} does not exist. Check the path of the credentials or certificates for the NATS server."
                );
            }
        }

        if (NKeyFile is not null)
        {
            ReadNKeySeed();
        }
    }

    /// <summary>Reads the seed of the nkey from <see cref="NKeyFile"/>, which must be given.</summary>
    /// <exception cref="MienException"><c>badOption</c>: the file has no seed, or cannot be read.</exception>
    internal string ReadNKeySeed()
    {
        try
        {
            return File.ReadLines(NKeyFile!)
                    .Select(l => l.Trim())
                    .FirstOrDefault(l => l.StartsWith("SU", StringComparison.Ordinal))
                ?? throw Bad($"{NKeyFile} holds no seed of a user's nkey, expected a line that begins with SU.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Bad($"{NKeyFile} cannot be read ({e.Message}).");
        }
    }

    private static string[] Addresses(string url) =>
        url.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The part of an address between its scheme and the next slash.</summary>
    private static string Authority(string address)
    {
        int begin = address.IndexOf("://", StringComparison.Ordinal);
        string rest = begin < 0 ? address : address[(begin + 3)..];
        int end = rest.LastIndexOf('@');
        int slash = rest.IndexOf('/', end < 0 ? 0 : end);
        return slash < 0 ? rest : rest[..slash];
    }

    private static bool IsAddress(string address) =>
        Schemes.Any(s => address.StartsWith(s, StringComparison.OrdinalIgnoreCase))
        && Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
        && uri.Host.Length > 0;

    private static MienException Bad(string message) => new(ErrorKind.BadUsage, "badOption", message);
}
