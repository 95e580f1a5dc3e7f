using System.Collections;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Mien.CommandLine;
using Mien.Server;

namespace Mien.Cli;

/// <summary>One run of <c>mien serve</c>, from reading the settings to the end of the last request.</summary>
internal sealed class ServeRun(CommandConsole console)
{
    /// <summary>The settings given as options, by name.</summary>
    public required IReadOnlyDictionary<string, string> Flags { get; init; }

    /// <summary>The file of <c>--config</c>; <c>null</c> if it was not given.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>Whether to check a running service instead of starting one.</summary>
    public bool Check { get; init; }

    /// <summary>Does the work.</summary>
    /// <returns>The exit code. It is 0 after Ctrl-C, because that is the normal way to stop a service.</returns>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string> environment = Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
        ServerOptions options = ServerOptionsReader.Read(Flags, environment, SettingsFile);
        if (Check)
        {
            return await HealthCheck.RunAsync(options.Address, options.Port, "mien serve", console, cancellationToken);
        }

        foreach (string variable in ServerOptionsReader.UnknownVariables(environment))
        {
            console.Error.WriteLine($"warning: the environment variable {variable} is not a setting of mien serve.");
        }

        await using WebApplication app = MienServer.Create(options, builder => AddLog(builder.Logging, options));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException) // a port in use; another machine's address
        {
            throw new UsageException(
                $"Cannot listen on {Authority(options)} ({e.GetBaseException().Message}). Another program may use the "
                    + $"port, or the address does not belong to this machine. Choose others with --port and "
                    + $"--address.",
                e
            );
        }

        string address = app.Urls.First();
        console.Out.WriteLine($"Listening on {address} (page; API reference: {address}/docs). Press Ctrl-C to stop.");
        if (!IPAddress.IsLoopback(options.Address) && options.ApiKeys.Count == 0)
        {
            console.Error.WriteLine(
                "warning: other machines can reach the service, and it requires no API key. Set MIEN_API_KEYS or "
                    + "--api-keys-file, unless a proxy in front of it controls access."
            );
        }

        await console.Out.FlushAsync(CancellationToken.None);
        await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        using var limit = new CancellationTokenSource(options.ShutdownTimeout);
        try
        {
            await app.StopAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // The time limit has passed; requests still in progress are aborted.
        }

        if (!limit.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }

        console.Error.WriteLine(
            $"Stopped with requests still in progress after waiting {options.ShutdownTimeout.TotalSeconds:0.#} s "
                + $"(--shutdown-timeout)."
        );
        return ExitCodes.SomeFailed;
    }

    private static string Authority(ServerOptions options) => $"http://{new IPEndPoint(options.Address, options.Port)}";

    /// <summary>Writes the log to standard error, like everything that is not a result.</summary>
    private static void AddLog(ILoggingBuilder logging, ServerOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);

        // Messages of ASP.NET Core are useful when something is wrong, but not for every request.
        logging.AddFilter("Microsoft", options.LogLevel > LogLevel.Warning ? options.LogLevel : LogLevel.Warning);

        // A failed start throws an exception, which the program reports without a stack trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.AddConsole(c => c.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.JsonLogs)
        {
            logging.AddJsonConsole(c =>
            {
                c.UseUtcTimestamp = true;
                c.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            logging.AddSimpleConsole(c =>
            {
                c.SingleLine = true;
                c.UseUtcTimestamp = true;
                c.TimestampFormat = "yyyy-MM-dd HH:mm:ss.fff ";
                c.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }
    }
}
