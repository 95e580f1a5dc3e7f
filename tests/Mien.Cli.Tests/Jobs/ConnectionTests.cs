using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Credentials of the NATS server.</summary>
public sealed class ConnectionTests : IDisposable
{
    private const string Password = "s3cret-password";

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_password_is_in_a_file_and_in_no_message()
    {
        using var place = new Workplace("--user", "mien", "--pass", Password);
        string right = folder.Write("right", Password + "\n");
        string wrong = folder.Write("wrong", "wrong-" + Password);

        CliResult refused = Jobs(place, "--nats-user", "mien", "--nats-password-file", wrong);
        CliResult missing = Jobs(place);
        CliResult done = Jobs(place, "--nats-user", "mien", "--nats-password-file", right);

        Assert.True(done.Code == ExitCodes.Done, done.Error);
        Check.All(
            (CliResult[])[refused, missing],
            r =>
            {
                Assert.NotEqual(ExitCodes.Done, r.Code);
                Assert.DoesNotContain(Password, r.Out + r.Error, StringComparison.Ordinal);
                Assert.DoesNotContain("unexpected", r.Error, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void A_token_is_read_from_a_file()
    {
        using var place = new Workplace("--auth", Password);
        CliResult done = Jobs(place, "--nats-token-file", folder.Write("token", Password));
        Assert.True(done.Code == ExitCodes.Done, done.Error);
    }

    [Fact]
    public void A_server_that_asks_for_a_client_certificate_gets_one()
    {
        Certificates.Write(folder);
        using var place = new Workplace(
            "--tlsverify",
            "--tlscert",
            folder["server.pem"],
            "--tlskey",
            folder["server.key"],
            "--tlscacert",
            folder["ca.pem"]
        );
        string[] trusted = ["--nats-ca", folder["ca.pem"]];
        CliResult without = Jobs(place, trusted);
        CliResult unknown = Jobs(place);
        CliResult done = Jobs(
            place,
            [.. trusted, "--nats-cert", folder["client.pem"], "--nats-key", folder["client.key"]]
        );

        Assert.True(done.Code == ExitCodes.Done, done.Error);
        Check.All(
            (CliResult[])[without, unknown],
            r =>
            {
                Assert.Equal(ExitCodes.SomeFailed, r.Code);
                Assert.DoesNotContain("unexpected", r.Error, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void A_credentials_file_opens_a_server_of_signed_accounts()
    {
        using var made = new MadeCredentials();
        int port = NatsServer.FreePort();
        string listen = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        string conf = folder.Write(
            "nats.conf",
            $$"""
            listen: "{{listen}}"
            jetstream { store_dir: "{{folder["storage"]}}" }
            {{made.Configuration}}
            """
        );
        using var server = NatsServer.OfFile(conf, port);
        using var other = new MadeCredentials();
        CliResult done = Cli.Run("jobs", "--nats", server.Url, "--nats-creds", folder.Write("u.creds", made.File));
        CliResult refused = Cli.Run("jobs", "--nats", server.Url, "--nats-creds", folder.Write("o.creds", other.File));

        Assert.True(done.Code == ExitCodes.Done, done.Error);
        Assert.Equal(ExitCodes.SomeFailed, refused.Code);
        Assert.Contains("has refused the credentials", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nats://mien:s3cret-password@127.0.0.1:4222")]
    [InlineData("nats://s3cret-password@127.0.0.1:4222")]
    public void A_secret_in_an_address_of_the_command_line_is_refused(string url)
    {
        CliResult result = Cli.Run("jobs", "--nats", url);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.DoesNotContain(Password, result.Error, StringComparison.Ordinal);
        Assert.Contains("MIEN_NATS_PASSWORD", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_or_empty_is_wrong_usage()
    {
        string empty = folder.Write("empty", "");
        CliResult missing = Cli.Run("jobs", "--nats-token-file", folder["none"]);
        CliResult nothing = Cli.Run("jobs", "--nats-token-file", empty);
        CliResult credentials = Cli.Run("jobs", "--nats-creds", folder["none.creds"]);

        Check.All((CliResult[])[missing, nothing, credentials], r => Assert.Equal(ExitCodes.Usage, r.Code));
        Assert.Contains("--nats-token-file: '", missing.Error, StringComparison.Ordinal);
        Assert.Contains("is empty", nothing.Error, StringComparison.Ordinal);
        Assert.Contains("none.creds", credentials.Error, StringComparison.Ordinal);
    }

    private static CliResult Jobs(Workplace place, params string[] more) =>
        Cli.Run(["jobs", "--nats", place.Server.Url, .. more]);
}
