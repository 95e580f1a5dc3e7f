namespace Mien.Workers.Tests;

/// <summary>How the server is named, and with what credentials.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void The_environment_is_read()
    {
        var values = new Dictionary<string, string>
        {
            ["MIEN_NATS_URL"] = "tls://nats:4222",
            ["MIEN_NATS_USER"] = "ada",
            ["MIEN_NATS_PASSWORD"] = "secret",
            ["MIEN_NATS_REPLICAS"] = "3",
            ["MIEN_NATS_TOKEN"] = "",
        };
        var settings = NatsSettings.FromEnvironment(values.GetValueOrDefault);
        Assert.Equal(
            ("tls://nats:4222", "ada", "secret", 3),
            (settings.Url, settings.User, settings.Password, settings.Replicas)
        );
        Assert.Null(settings.Token);
        settings.Check();
        Assert.Equal(new NatsSettings(), NatsSettings.FromEnvironment(_ => null));
        Assert.Equal(
            "badOption",
            Code(() => NatsSettings.FromEnvironment(n => n.EndsWith("REPLICAS") ? "many" : null))
        );
    }

    [Theory]
    [InlineData("nats://ada:secret@nats:4222")]
    [InlineData("nats://token@nats:4222")]
    [InlineData("nats://a:4222,nats://ada:s/cret@b:4222")]
    [InlineData("ada:secret@nats:4222")]
    public void A_password_on_the_command_line_is_refused_and_not_shown(string url)
    {
        var error = Assert.Throws<MienException>(() => NatsSettings.CheckCommandLineUrl(url));
        Assert.Equal((ErrorKind.BadUsage, "badOption"), (error.Kind, error.Code));
        Assert.Contains("MIEN_NATS_PASSWORD", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", new NatsSettings { Url = url }.ShownUrl(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nats://nats:4222", "nats://nats:4222")]
    [InlineData("nats://a:1,tls://b:2", "nats://a:1,tls://b:2")]
    [InlineData("nats://ada:secret@nats:4222", "nats://nats:4222")]
    public void Addresses_are_shown_without_credentials(string url, string shown) =>
        Assert.Equal(shown, new NatsSettings { Url = url }.ShownUrl());

    [Fact]
    public void Settings_that_are_incomplete_or_contradict_each_other_are_refused()
    {
        using var folder = new TempFolder();
        string file = folder.Write("file", "x");
        NatsSettings good = new();
        NatsSettings[] bad =
        [
            good with
            {
                Url = "",
            },
            good with
            {
                Url = "localhost:4222",
            },
            good with
            {
                Url = "http://localhost:4222",
            },
            good with
            {
                Url = "nats://a:1,b:2",
            },
            good with
            {
                User = "ada",
            },
            good with
            {
                Password = "secret",
            },
            good with
            {
                CertificateFile = file,
            },
            good with
            {
                KeyFile = file,
            },
            good with
            {
                Token = "t",
                User = "ada",
                Password = "secret",
            },
            good with
            {
                Token = "t",
                CredentialsFile = file,
            },
            good with
            {
                Replicas = 0,
            },
            good with
            {
                Replicas = 6,
            },
        ];
        Check.All(bad, settings => Assert.Equal("badOption", Code(settings.Check)));
        Assert.Equal("fileNotFound", Code((good with { CaFile = folder["missing"] }).Check));
        Assert.Equal("badOption", Code((good with { NKeyFile = file }).Check));
        string seed = folder.Write("seed", "# mine\nSUABC\n");
        (good with { CertificateFile = file, KeyFile = file, CaFile = file, NKeyFile = seed }).Check();
    }

    private static string Code(Action call) => Assert.ThrowsAny<MienException>(call).Code;
}
