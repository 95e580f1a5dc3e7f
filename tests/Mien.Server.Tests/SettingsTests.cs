using System.Net;
using Microsoft.Extensions.Logging;

namespace Mien.Server.Tests;

/// <summary>Settings from a file, the environment and flags.</summary>
public sealed class SettingsTests : IDisposable
{
    private static readonly Dictionary<string, string> None = [];
    private readonly string file = Path.Combine(Path.GetTempPath(), $"mien-settings-{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(file);

    [Fact]
    public void Defaults_apply_and_listen_on_this_machine_only()
    {
        ServerOptions options = ServerOptionsReader.Read(None, None, Write("{}"));

        Assert.Equal(IPAddress.Loopback, options.Address);
        Assert.Equal(8080, options.Port);
        Assert.Empty(options.AllowedOrigins);
        Assert.Empty(options.AllowedHosts);
    }

    [Fact]
    public void The_documented_default_is_the_actual_default()
    {
        foreach (ServerSetting setting in Check.NotEmpty(ServerSettings.All.Where(s => s.Default.Length > 0)))
        {
            Assert.Equal(
                new ServerOptions().ToString(),
                setting.Apply(new ServerOptions(), setting.Default, "test").ToString()
            );
        }
    }

    [Fact]
    public void Every_option_is_a_setting_with_the_same_name()
    {
        string[] options =
        [
            .. typeof(ServerOptions)
                .GetProperties()
                .Select(p => p.Name == "JsonLogs" ? "LogFormat" : p.Name)
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(
            options,
            ServerSettings.All.Select(s => s.Name).Where(n => n != "ApiKeysFile").Order(StringComparer.Ordinal)
        );
        Assert.Equal(ServerSettings.All.Count, ServerSettings.All.Select(s => s.Flag).Distinct().Count());
        Check.All(ServerSettings.All, s => Assert.EndsWith(".", s.Help, StringComparison.Ordinal));
    }

    [Fact]
    public void Flags_take_precedence_over_the_environment_and_the_file()
    {
        Write(
            """{ "Logging": { "x": 1 }, "Mien": { "port": 1, "MaxFiles": 2, "Rate": 3.5,"""
                + """ "AllowedHosts": ["a.example", "b.example"], "Metrics": false, /* a comment */ } }"""
        );
        var environment = new Dictionary<string, string>
        {
            ["MIEN_MAX_FILES"] = "4",
            ["MIEN_PORT"] = "5",
            ["MIEN_RATE_BURST"] = "",
            ["OTHER"] = "x",
        };
        ServerOptions options = ServerOptionsReader.Read(
            new Dictionary<string, string> { ["Port"] = "6" },
            environment,
            file
        );

        Assert.Equal(
            (6, 4, 3.5, 200, false),
            (options.Port, options.MaxFiles, options.Rate, options.RateBurst, options.Metrics)
        );
        Assert.Equal(["a.example", "b.example"], options.AllowedHosts);
    }

    [Fact]
    public void Values_are_parsed_with_their_units()
    {
        ServerOptions options = ServerOptionsReader.Read(
            new Dictionary<string, string>
            {
                ["Address"] = "*",
                ["MaxBodyBytes"] = "40M",
                ["MaxImageBytes"] = "200K",
                ["RequestTimeout"] = "2m",
                ["BatchWindow"] = "1.5ms",
                ["StreamIdle"] = "7",
                ["LogFormat"] = "JSON",
                ["AllowedOrigins"] = "https://example.org, http://localhost:3000/",
                ["OtlpEndpoint"] = "http://127.0.0.1:4317",
                ["PathBase"] = "/tools/mien/",
            },
            None,
            Write("{}")
        );

        Assert.Equal(IPAddress.IPv6Any, options.Address);
        Assert.Equal((40L << 20, 200L << 10), (options.MaxBodyBytes, options.MaxImageBytes));
        Assert.Equal(
            (120, 0.0015, 7),
            (options.RequestTimeout.TotalSeconds, options.BatchWindow.TotalSeconds, options.StreamIdle.TotalSeconds)
        );
        Assert.True(options.JsonLogs);
        Assert.Equal("/tools/mien", options.PathBase);
        Assert.Equal(["https://example.org", "http://localhost:3000"], options.AllowedOrigins);
        Assert.Equal(new Uri("http://127.0.0.1:4317"), options.OtlpEndpoint);
    }

    [Theory]
    [InlineData("Port", "70000", "--port is '70000', expected a whole number from 0 to 65535.")]
    [InlineData("Port", "-1", "expected a whole number from 0 to 65535.")]
    [InlineData("Address", "here", "--address is 'here', expected an IP address of this machine")]
    [InlineData(
        "MaxBodyBytes",
        "10 MB",
        "--max-body-bytes is '10 MB', expected a number of bytes such as 5000000, 200K, 64M or 1G"
    )]
    [InlineData(
        "RequestTimeout",
        "soon",
        "--request-timeout is 'soon', expected a time such as 500ms, 30s or 2m, from 100ms to 3600s."
    )]
    [InlineData("UncertainBelow", "1.5", "expected a number from 0 to 1.")]
    [InlineData("Rate", "NaN", "--rate is 'NaN'")]
    [InlineData("Device", "gpu", "--device is 'gpu', expected auto, cpu, cuda or coreml.")]
    [InlineData("AllowedHosts", "http://x", "expected host names without ports")]
    [InlineData("AllowedOrigins", "example.org", "expected origins such as https://example.org")]
    [InlineData("AllowedOrigins", "https://example.org/page", "expected origins such as https://example.org")]
    [InlineData("TrustedProxies", "proxy", "expected IP addresses such as 10.0.0.2")]
    [InlineData("PathBase", "mien", "--path-base is 'mien', expected a path such as /mien or /tools/mien")]
    [InlineData("PathBase", "//evil.example", "expected a path such as /mien")]
    [InlineData("PathBase", "/a/../b", "expected a path such as /mien")]
    [InlineData("PathBase", "/V1", "that does not begin with an address of the service itself, such as /v1 or /docs.")]
    [InlineData("PathBase", "/js/mien", "that does not begin with an address of the service itself")]
    [InlineData("OtlpEndpoint", "localhost", "expected a URL such as http://127.0.0.1:4317.")]
    [InlineData("PageFolder", "no such folder", "expected an existing folder.")]
    [InlineData("ApiKeysFile", "no such file", "expected a readable file with one key per line")]
    public void Bad_values_are_refused(string name, string value, string message)
    {
        MienException error = Assert.Throws<MienException>(() =>
            ServerOptionsReader.Read(new Dictionary<string, string> { [name] = value }, None, Write("{}"))
        );

        Assert.Equal("badSetting", error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MaxImageBytes", "33M", "MaxImageBytes (34603008) is greater than MaxBodyBytes (33554432)")]
    [InlineData("MaxBufferedBytes", "31M", "MaxBufferedBytes (32505856) is smaller than MaxBodyBytes (33554432)")]
    [InlineData("MaxFiles", "65", "MaxFiles (65) is greater than QueueLength (64)")]
    public void Settings_that_contradict_each_other_are_refused(string name, string value, string message)
    {
        MienException error = Assert.Throws<MienException>(() =>
            ServerOptionsReader.Read(new Dictionary<string, string> { [name] = value }, None, Write("{}"))
        );

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Throws<MienException>(() => MienServer.Create(new ServerOptions { MaxFiles = 65 }));
    }

    [Theory]
    [InlineData("""{ "Mien": { "Prot": 1 } }""", "Mien.Prot is not a setting.")]
    [InlineData("""{ "Mien": { "Port": "x" } }""", "Mien.Port is 'x', expected a whole number")]
    [InlineData("""{ "Mien": [] }""", "'Mien' is not an object")]
    [InlineData("""{ "Mien": """, "not a valid settings file")]
    public void An_invalid_file_is_refused(string text, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<MienException>(() => ServerOptionsReader.Read(None, None, Write(text))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_named_file_must_exist() =>
        Assert.Equal(
            "badSettingsFile",
            Assert.Throws<MienException>(() => ServerOptionsReader.Read(None, None, file)).Code
        );

    [Fact]
    public void Keys_are_read_from_the_environment_and_a_file_and_never_shown()
    {
        File.WriteAllText(file, "# ours\n0123456789abcdef\n\nfedcba9876543210\n");
        var environment = new Dictionary<string, string>
        {
            ["MIEN_API_KEYS"] = "aaaaaaaaaaaaaaaa,bbbbbbbbbbbbbbbb",
            ["MIEN_API_KEYS_FILE"] = file,
        };
        ServerOptions options = ServerOptionsReader.Read(None, environment);

        Assert.Equal(["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "0123456789abcdef", "fedcba9876543210"], options.ApiKeys);
        MienException error = Assert.Throws<MienException>(() =>
            ServerOptionsReader.Read(None, new Dictionary<string, string> { ["MIEN_API_KEYS"] = "tooshort" })
        );
        Assert.Equal(
            "MIEN_API_KEYS cannot be used, expected keys of 16 to 256 visible ASCII characters, no commas.",
            error.Message
        );
    }

    [Fact]
    public void Unknown_variables_are_found() =>
        Assert.Equal(
            ["MIEN_API_KEY"],
            ServerOptionsReader.UnknownVariables(
                new Dictionary<string, string>
                {
                    ["MIEN_API_KEY"] = "x",
                    ["MIEN_PORT"] = "1",
                    ["PATH"] = "x",
                }
            )
        );

    [Fact]
    public void The_documentation_lists_all_settings_with_their_defaults()
    {
        string text = File.ReadAllText(Repository.PathOf("docs/server.md"));
        Check.All(
            ServerSettings.All,
            s =>
                Assert.Contains(
                    $"| `{(s.IsSecret ? s.EnvironmentVariable + "` (no flag)" : s.Flag + "`")} "
                        + $"| {(s.Name == "Model" ? "best built-in" : s.Default.Length > 0 ? s.Default : "none")} "
                        + $"| {s.Help} |",
                    text,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public void Log_levels_are_those_of_dotnet() =>
        Assert.Equal(
            LogLevel.Debug,
            ServerOptionsReader
                .Read(new Dictionary<string, string> { ["LogLevel"] = "Debug" }, None, Write("{}"))
                .LogLevel
        );

    private string Write(string text)
    {
        File.WriteAllText(file, text);
        return file;
    }
}
