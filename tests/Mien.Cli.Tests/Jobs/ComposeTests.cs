using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Mien.CommandLine;
using Mien.Workers;

namespace Mien.Cli.Tests;

/// <summary>
/// The files in <c>deploy</c> that run workers, as far as they can be tested without a Docker engine.
/// </summary>
public sealed partial class ComposeTests : IDisposable
{
    private const string Password = "p0123456789abcdef";

    private static readonly string Compose = File.ReadAllText(Repository.PathOf("deploy/compose-workers.yaml"));
    private static readonly string Nats = File.ReadAllText(Repository.PathOf("deploy/nats.conf"));

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_command_lines_are_accepted()
    {
        string[] work = Items("command:").Last();
        string[] check = Inline("test:")[2..];
        Assert.Equal("work", work[0]);
        IEnumerable<string[]> run = RunLines().Matches(Compose).Select(m => m.Groups[1].Value.Split(' '));
        Check.All(
            [work, check, .. run],
            args =>
            {
                ParseResult parsed = MienCommand.Create().Parse(args);
                Assert.True(
                    parsed.Errors.Count == 0,
                    $"{string.Join(' ', args)}: {string.Join(' ', parsed.Errors.Select(e => e.Message))}"
                );
            }
        );

        // The worker's grace ends before Docker kills it.
        int grace = int.Parse(work[Array.IndexOf(work, "--grace") + 1].TrimEnd('s'), CultureInfo.InvariantCulture);
        int stop = int.Parse(StopPeriod().Match(Compose).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        Assert.True(stop > grace);
        Assert.Equal(work[Array.IndexOf(work, "--health-port") + 1], check[^1]);
    }

    [Fact]
    public void The_variables_are_those_of_the_connection()
    {
        Assert.Contains("replicas: 2", Compose, StringComparison.Ordinal);
        var variables = Variables()
            .Matches(Compose)
            .GroupBy(m => m.Groups[1].Value)
            .ToDictionary(g => g.Key, g => g.Last().Groups[2].Value, StringComparer.Ordinal);
        var settings = NatsSettings.FromEnvironment(v => variables.GetValueOrDefault(v));
        Assert.Equal(("nats://nats:4222", "mien"), (settings.Url, settings.User));
        Assert.NotNull(settings.Password);
        Assert.DoesNotContain(Password, Compose + Nats, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_systems_are_read_only_and_no_port_is_published()
    {
        Assert.Equal(2, Regex.Count(Compose, "read_only: true"));
        Assert.Equal(2, Regex.Count(Compose, @"cap_drop: \[ALL\]"));
        Assert.Equal(2, Regex.Count(Compose, "no-new-privileges:true"));
        Assert.DoesNotMatch(@"(?m)^\s*ports:", Compose);
        Assert.Contains(":/photos:ro", Compose, StringComparison.Ordinal);
        Assert.DoesNotContain('\t', Compose + Nats);
    }

    [Fact]
    public void The_server_takes_its_configuration_and_the_password_of_its_environment()
    {
        int port = NatsServer.FreePort();
        string address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        string conf = folder.Write(
            "nats.conf",
            Nats.Replace("0.0.0.0:4222", address, StringComparison.Ordinal)
                .Replace("/data", folder["data"], StringComparison.Ordinal)
        );
        using var server = NatsServer.OfFile(conf, port, ("MIEN_NATS_PASSWORD", Password));
        string right = folder.Write("right", Password);
        string wrong = folder.Write("wrong", "another");

        Assert.Equal(ExitCodes.Done, Jobs(right));
        Assert.NotEqual(ExitCodes.Done, Jobs(wrong));

        int Jobs(string password) =>
            Cli.Run(
                "jobs",
                "--nats",
                $"nats://{address}",
                "--nats-user",
                "mien",
                "--nats-password-file",
                password
            ).Code;
    }

    /// <summary>The lists below the keys of a name.</summary>
    private static IEnumerable<string[]> Items(string key)
    {
        string[] lines = Compose.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim() == key)
            {
                yield return
                [
                    .. lines
                        .Skip(i + 1)
                        .TakeWhile(l => l.TrimStart().StartsWith("- ", StringComparison.Ordinal))
                        .Select(l => l.Trim()[2..].Trim('"')),
                ];
            }
        }
    }

    /// <summary>The list on the line of a key.</summary>
    private static string[] Inline(string key) =>
        [
            .. Compose
                .Split('\n')
                .First(l => l.Trim().StartsWith(key, StringComparison.Ordinal))
                .Split('[')[1]
                .TrimEnd(']')
                .Split(", ")
                .Select(w => w.Trim('"')),
        ];

    [GeneratedRegex(@"run --rm worker (.+)")]
    private static partial Regex RunLines();

    [GeneratedRegex(@"stop_grace_period: (\d+)s")]
    private static partial Regex StopPeriod();

    [GeneratedRegex(@"(?m)^ {6}(MIEN_NATS_[A-Z]+): (\S+)")]
    private static partial Regex Variables();
}
