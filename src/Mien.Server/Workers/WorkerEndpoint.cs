using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Mien.Server;

/// <summary>
/// The listener of a worker (<c>mien work --health-port</c>): <c>/health/live</c>, <c>/health/ready</c> and
/// <c>/metrics</c>, as the service has them.
/// </summary>
internal sealed class WorkerEndpoint : IAsyncDisposable
{
    private const string ServiceName = "mien-worker";
    private const int MaxConnections = 64;

    /// <summary>How long the end of a worker waits for a collector or a scraper.</summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(1);

    private static readonly byte[] Live = "{\"status\":\"live\"}"u8.ToArray();
    private static readonly byte[] Ready = "{\"status\":\"ready\"}"u8.ToArray();

    private readonly WebApplication app;

    private WorkerEndpoint(WebApplication app) => this.app = app;

    /// <summary>The address that it listens on, such as <c>http://127.0.0.1:8081</c>.</summary>
    public string Url => app.Urls.First();

    /// <summary>Starts to listen.</summary>
    /// <param name="address">The address; <see cref="IPAddress.IPv6Any"/> for all.</param>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="meter">The name of the worker's meter.</param>
    /// <param name="problem">
    /// Tells why the worker cannot take work, as a sentence; <see langword="null"/> if it can. Called for every request
    /// for <c>/health/ready</c>.
    /// </param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="IOException">The port is in use, or the address does not belong to this machine.</exception>
    public static async Task<WorkerEndpoint> StartAsync(
        IPAddress address,
        int port,
        string meter,
        Func<string?> problem,
        CancellationToken cancellationToken
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = "mien" }
        );
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = 0;
                kestrel.Limits.MaxConcurrentConnections = MaxConnections;
                if (address.Equals(IPAddress.IPv6Any))
                {
                    kestrel.ListenAnyIP(port);
                }
                else
                {
                    kestrel.Listen(address, port);
                }
            });
        builder.Services.AddRoutingCore();
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName))
            .WithMetrics(metrics => metrics.AddMeter(meter, "System.Runtime").AddPrometheusExporter());
        WebApplication app = builder.Build();
        try
        {
            app.UseRouting();
            var routes = (IEndpointRouteBuilder)app;
            routes.MapMethods("/health/live", ["GET", "HEAD"], context => Answers.WriteAsync(context, Live));
            routes.MapMethods("/health/ready", ["GET", "HEAD"], context => ReadyAsync(context, problem()));
            routes.MapPrometheusScrapingEndpoint("/metrics");
            await app.StartAsync(cancellationToken);
            return new WorkerEndpoint(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends metrics to an OTLP endpoint over gRPC until the result is disposed of.</summary>
    /// <param name="endpoint">The URL.</param>
    /// <param name="meter">The name of the worker's meter.</param>
    /// <param name="closing">How long the disposal may take to send the last values; 1 s by default.</param>
    public static IDisposable Export(Uri endpoint, string meter, TimeSpan? closing = null) =>
        new Exporter(
            Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(resource => resource.AddService(ServiceName))
                .AddMeter(meter, "System.Runtime")
                .AddOtlpExporter(otlp => otlp.Endpoint = endpoint)
                .Build(),
            closing ?? ClosingTime
        );

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(ClosingTime);
        try
        {
            await app.StopAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // A scraper keeps its connection open; it is cut.
        }

        await app.DisposeAsync();
    }

    private static Task ReadyAsync(HttpContext context, string? problem)
    {
        if (problem is null)
        {
            return Answers.WriteAsync(context, Ready);
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Answers.WriteAsync(
            context,
            JsonBytes.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("status", "notReady");
                json.WriteString("detail", problem);
                json.WriteEndObject();
            })
        );
    }

    /// <summary>Sends metrics. Its own disposal would wait for a collector for longer than a worker may take.</summary>
    private sealed class Exporter(MeterProvider provider, TimeSpan closing) : IDisposable
    {
        public void Dispose()
        {
            provider.Shutdown((int)closing.TotalMilliseconds);
            provider.Dispose();
        }
    }
}
