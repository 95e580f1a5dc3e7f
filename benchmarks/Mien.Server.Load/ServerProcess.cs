using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Mien.Server.Load;

/// <summary>Runs <c>mien serve</c> as a process on a free port of the loopback address.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder log = new();

    private ServerProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>The time from the start of the process until <c>/health/ready</c> succeeded.</summary>
    public TimeSpan TimeToReady { get; private set; }

    /// <summary>The warnings and errors that the service wrote.</summary>
    public string Log
    {
        get
        {
            lock (log)
            {
                return log.ToString();
            }
        }
    }

    /// <summary>The current resident memory in MiB; 0 if the system does not report it.</summary>
    public double ResidentMiB
    {
        get
        {
            string status = $"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/status";
            string? line = File.Exists(status)
                ? File.ReadLines(status).FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
                : null;
            return line is null
                ? 0
                : double.Parse(
                    line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[1],
                    CultureInfo.InvariantCulture
                ) / 1024;
        }
    }

    public bool HasExited => process.HasExited;

    public static async Task<ServerProcess> StartAsync(params string[] more)
    {
        string program = Path.Combine(
            AppContext.BaseDirectory,
            OperatingSystem.IsWindows() ? "Mien.Cli.exe" : "Mien.Cli"
        );
        var start = new ProcessStartInfo(
            program,
            ["serve", "--port", "0", "--rate", "0", "--log-level", "warning", .. more]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        long begun = Stopwatch.GetTimestamp();
        Process process = Process.Start(start)!;
        string? first = await process.StandardOutput.ReadLineAsync();
        if (first is null)
        {
            throw new InvalidOperationException(
                $"The service did not start: {await process.StandardError.ReadToEndAsync()}"
            );
        }

        var server = new ServerProcess(process, new Uri(first.Split(' ')[2]));
        if (!server.Address.IsLoopback)
        {
            throw new InvalidOperationException($"{server.Address} is not this machine.");
        }

        process.ErrorDataReceived += (_, e) => server.Keep(e.Data);
        _ = process.StandardOutput.ReadToEndAsync(); // so that it never blocks on a full pipe
        process.BeginErrorReadLine();
        using var client = new HttpClient();
        while (!(await client.GetAsync(new Uri(server.Address, "/health/ready"))).IsSuccessStatusCode)
        {
            await Task.Delay(10);
        }

        server.TimeToReady = Stopwatch.GetElapsedTime(begun);
        return server;
    }

    /// <summary>Stops the service as Ctrl-C does, and kills it if that takes longer than a minute.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        if (!process.HasExited)
        {
            using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (log)
        {
            if (line is { Length: > 0 } && log.Length < 20_000)
            {
                log.AppendLine(line);
            }
        }
    }
}
