using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary><c>mien serve</c> as users run it: a process that answers over HTTP and is stopped by a signal.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;

    public ServeTests() => model = BrightnessModel.Write(folder["m.onnx"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_service_prints_its_address_answers_and_exits_with_0_when_stopped()
    {
        (Process process, Task<string> log, Uri address) = await ListeningAsync(
            [],
            "--model",
            model,
            "--port",
            "0",
            "--log-format",
            "json"
        );
        using Process started = process;
        using var client = new HttpClient { BaseAddress = address };
        using HttpResponseMessage answer = await client.PostAsync(
            "/v1/faces",
            new ByteArrayContent(await File.ReadAllBytesAsync(folder.WriteFace("a.png", Expression.Surprise)))
        );
        string text = await answer.Content.ReadAsStringAsync();
        (int ready, string readyText, string why) = await WarmedUpAsync(address.Port);
        Interruption.Send(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("\"expression\":\"surprise\"", text, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Done, "ready", ""), (ready, readyText.Trim(), why));
        Assert.Equal(ExitCodes.Done, process.ExitCode);

        // Except for messages of the program, each log line is a JSON object; none contains the image or the result.
        string[] lines = [.. (await log).Split('\n').Where(l => l.StartsWith('{'))];
        Assert.Contains(
            lines,
            l =>
                JsonDocument
                    .Parse(l)
                    .RootElement.GetProperty("Message")
                    .GetString()!
                    .StartsWith("POST /v1/faces 200 in ", StringComparison.Ordinal)
        );
        Assert.DoesNotContain("surprise", await log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_that_aborts_a_request_says_so_and_exits_with_1()
    {
        (Process process, Task<string> log, Uri address) = await ListeningAsync(
            [],
            "--model",
            model,
            "--port",
            "0",
            "--shutdown-timeout",
            "100ms"
        );
        using Process started = process;
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        NetworkStream stream = client.GetStream();

        // The server sends 100 Continue when it starts reading the body: from then on the request is in progress.
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                "POST /v1/faces HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                    + "Content-Length: 1000\r\n\r\n"
            ),
            TestContext.Current.CancellationToken
        );
        byte[] answer = new byte[21];
        await stream.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        Assert.Equal("HTTP/1.1 100 Continue", System.Text.Encoding.ASCII.GetString(answer));
        Interruption.Send(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.SomeFailed, process.ExitCode);
        Assert.Contains(
            "Stopped with requests still in progress after waiting 0.1 s (--shutdown-timeout).",
            await log,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_port_in_use_is_wrong_usage()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using Process process = Start([], "--model", model, "--port", port.ToString(CultureInfo.InvariantCulture));
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Usage, process.ExitCode);
        Assert.Contains($"error: Cannot listen on http://127.0.0.1:{port} (", error, StringComparison.Ordinal);
        Assert.Contains("--port", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_wrong_usage()
    {
        // 192.0.2.0/24 is for documentation and belongs to no machine (RFC 5737).
        using Process process = Start([], "--model", model, "--address", "192.0.2.1");
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Usage, process.ExitCode);
        Assert.Contains("error: Cannot listen on http://192.0.2.1:", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_come_from_the_environment_and_a_file()
    {
        string file = folder.Write("appsettings.json", """{ "Mien": { "Port": 0, "MaxFiles": 3, "MaxStreams": 4 } }""");
        (Process process, Task<string> log, Uri address) = await ListeningAsync(
            new()
            {
                ["MIEN_MODEL"] = model,
                ["MIEN_MAX_FILES"] = "5",
                ["MIEN_API_KEY"] = "mistyped",
            },
            "--config",
            file
        );
        using Process started = process;
        using var client = new HttpClient { BaseAddress = address };
        JsonElement limits = JsonDocument
            .Parse(await client.GetStringAsync("/v1/info"))
            .RootElement.GetProperty("limits");
        Interruption.Send(process);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((5, 4), (limits.GetProperty("files").GetInt32(), limits.GetProperty("streams").GetInt32()));
        Assert.Contains(
            "warning: the environment variable MIEN_API_KEY is not a setting of mien serve.",
            await log,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_service_that_is_not_running_is_not_ready()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        (int code, _, string error) = await CheckedAsync(port);

        Assert.Equal(ExitCodes.SomeFailed, code);
        Assert.Contains($"http://127.0.0.1:{port}/health/ready does not answer", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error: --port is '99999', expected a whole number from 0 to 65535.", "--port", "99999")]
    [InlineData(
        "error: Two settings contradict each other: MaxFiles (100) is greater than QueueLength (64)",
        "--max-files",
        "100"
    )]
    [InlineData("no such file: the settings cannot be read", "--config", "no such file")]
    [InlineData("there is no such model file", "--model", "no such model")]
    [InlineData("'--no-such-flag'", "--no-such-flag", "1")]
    public void Settings_that_cannot_be_used_are_wrong_usage(string message, params string[] args)
    {
        CliResult result = Cli.Run(["serve", .. args]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }

    [Fact]
    public void The_help_lists_every_setting_with_its_default_but_no_flag_for_secrets()
    {
        CliResult help = Cli.Run("serve", "--help");

        Assert.Equal(ExitCodes.Done, help.Code);
        Check.All(
            Server.ServerSettings.All.Where(s => !s.IsSecret),
            s => Assert.Contains(s.Flag + " <", help.Out, StringComparison.Ordinal)
        );
        Assert.DoesNotContain("--api-keys <", help.Out, StringComparison.Ordinal);
        Assert.Contains("mien serve --address", help.Out, StringComparison.Ordinal);
        Assert.Contains("docs/responsible-use.md", help.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_commands_do_not_create_the_options_of_serve()
    {
        Assert.Empty(MienCommand.Create(["predict", "x"]).Subcommands.Single(c => c.Name == "serve").Options);
        Assert.NotEmpty(MienCommand.Create(["serve"]).Subcommands.Single(c => c.Name == "serve").Options);
        Assert.NotEmpty(MienCommand.Create(["[suggest:3]", "mien"]).Subcommands.Single(c => c.Name == "serve").Options);
    }

    /// <summary>Starts a service and waits until it listens; the log is complete when the process has ended.</summary>
    private static async Task<(Process Process, Task<string> Log, Uri Address)> ListeningAsync(
        Dictionary<string, string> environment,
        params string[] args
    )
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows sends no such signals.");
        Process process = Start(environment, args);
        Task<string> log = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string line = (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
        Assert.StartsWith("Listening on http://127.0.0.1:", line, StringComparison.Ordinal);
        return (process, log, new Uri(line.Split(' ')[2]));
    }

    /// <summary>Checks a service until its warm-up has ended, which may be after its first answer.</summary>
    private static async Task<(int Code, string Out, string Error)> WarmedUpAsync(int port)
    {
        (int Code, string Out, string Error) check = await CheckedAsync(port);
        while (check.Error.Contains("The model is still starting", StringComparison.Ordinal))
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            check = await CheckedAsync(port);
        }

        return check;
    }

    private static async Task<(int Code, string Out, string Error)> CheckedAsync(int port)
    {
        using Process process = Start([], "--check", "--port", port.ToString(CultureInfo.InvariantCulture));
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    private static Process Start(Dictionary<string, string> environment, params string[] args)
    {
        string program = Path.Combine(
            AppContext.BaseDirectory,
            OperatingSystem.IsWindows() ? "Mien.Cli.exe" : "Mien.Cli"
        );
        var start = new ProcessStartInfo(program, ["serve", .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
