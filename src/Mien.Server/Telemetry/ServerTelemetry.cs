using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mien.Server;

/// <summary>Exports the metrics and spans of the service and of ASP.NET Core by OpenTelemetry.</summary>
internal static class ServerTelemetry
{
    public static void Add(IServiceCollection services, ServerOptions options)
    {
        if (!options.Metrics && options.OtlpEndpoint is null)
        {
            return;
        }

        services
            .AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("mien"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(
                    ServerMetrics.MeterName,
                    "Microsoft.AspNetCore.Hosting",
                    "Microsoft.AspNetCore.Server.Kestrel",
                    "System.Runtime"
                );
                if (options.Metrics)
                {
                    metrics.AddPrometheusExporter();
                }

                if (options.OtlpEndpoint is { } endpoint)
                {
                    metrics.AddOtlpExporter(otlp => otlp.Endpoint = endpoint);
                }
            });
        if (options.OtlpEndpoint is { } traces)
        {
            services
                .AddOpenTelemetry()
                .WithTracing(tracing =>
                    tracing
                        .AddSource(ServerTracing.SourceName)
                        .AddAspNetCoreInstrumentation() // sets the name, route and status of request spans
                        .AddOtlpExporter(otlp => otlp.Endpoint = traces)
                );
        }
    }
}
