using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mien.Server;

/// <summary>Hands the service's metrics and spans, and those of ASP.NET Core, to OpenTelemetry.</summary>
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
                        .AddAspNetCoreInstrumentation() // gives a request's span its name, route and status
                        .AddOtlpExporter(otlp => otlp.Endpoint = traces)
                );
        }
    }
}
