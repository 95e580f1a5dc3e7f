using System.Collections;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Mien.CommandLine;
using Mien.Server;

namespace Mien.Cli;

/// <summary>One run of <c>mien serve</c>: from the settings to the end of the last request.</summary>
internal sealed class ServeRun(CommandConsole console)
{
    /// <summary>The settings that were given as flags, by their names.</summary>
    public required IReadOnlyDictionary<string, string> Flags { get; init; }

    /// <summary>The file of <c>--config</c>, or <c>null</c>.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>Whether a running service is asked for its health instead.</summary>
    public bool Check { get; init; }

    /// <summary>Does the work.</summary>
    /// <returns>The exit code: 0 also after Ctrl-C, which is how a service ends.</returns>
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, string> environment = Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");
        ServerOptions options = ServerOptionsReader.Read(Flags, environment, SettingsFile);
        if (Check)
        {
            return await HealthCheck.RunAsync(options, console, cancellationToken);
        }

        foreach (string variable in ServerOptionsReader.UnknownVariables(environment))
        {
            console.Error.WriteLine($"warning: the environment variable {variable} is no setting of mien serve.");
        }

        await using WebApplication app = MienServer.Create(options, builder => AddLog(builder.Logging, options));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new UsageException(
                $"{Authority(options)} cannot be listened on ({e.GetBaseException().Message}). Another program "
                    + $"may use the port, or the address is none of this machine: choose others with --port and "
                    + $"--address.",
                e
            );
        }

        string address = app.Urls.First();
        console.Out.WriteLine(
            $"Listening on {address} (the page; the API reference is at {address}/docs). Ctrl-C stops it."
        );
        if (!IPAddress.IsLoopback(options.Address) && options.ApiKeys.Count == 0)
        {
            console.Error.WriteLine(
                "warning: other machines can reach the service, and it asks for no API key. Set MIEN_API_KEYS "
                    + "or --api-keys-file unless something in front of it guards it."
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
            // The time is over; what is left is cut off.
        }

        if (!limit.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }

        console.Error.WriteLine(
            $"Stopped with requests under way, after waiting for {options.ShutdownTimeout.TotalSeconds:0.#} s "
                + $"(--shutdown-timeout)."
        );
        return ExitCodes.SomeFailed;
    }

    private static string Authority(ServerOptions options) => $"http://{new IPEndPoint(options.Address, options.Port)}";

    /// <summary>The log goes to the error output, as everything does that is no result.</summary>
    private static void AddLog(ILoggingBuilder logging, ServerOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);

        // What the server says of itself is of use when something is wrong, not at every request.
        logging.AddFilter("Microsoft", options.LogLevel > LogLevel.Warning ? options.LogLevel : LogLevel.Warning);

        // A start that fails comes as an exception, which the program explains without a stack trace.
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
