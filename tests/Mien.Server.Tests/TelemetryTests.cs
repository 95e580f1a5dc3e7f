using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Mien.Server.Tests;

/// <summary>Export to an OpenTelemetry collector.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Spans_and_metrics_are_exported_by_OTLP_without_image_data()
    {
        var received = new ConcurrentDictionary<string, byte[]>();
        await using WebApplication collector = await CollectorAsync(received);
        byte[] face = Images.Face(Expression.Disgust);
        await using (
            TestServer server = await TestServer.StartAsync(o =>
                o with
                {
                    OtlpEndpoint = new Uri(collector.Urls.First()),
                }
            )
        )
        {
            await server.Client.PostAsync("/v1/faces", Images.Body(face)).JsonAsync();
        } // the remaining data is sent at shutdown

        Assert.Equal(
            [
                "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
                "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            ],
            received.Keys.Order(StringComparer.Ordinal)
        );
        string spans = Encoding.Latin1.GetString(
            received["/opentelemetry.proto.collector.trace.v1.TraceService/Export"]
        );
        Assert.Contains("POST /v1/faces", spans, StringComparison.Ordinal);
        Assert.Contains("http.response.status_code", spans, StringComparison.Ordinal);
        Assert.Contains("recognize", spans, StringComparison.Ordinal);
        Assert.Contains(
            "mien.recognition.duration",
            Encoding.Latin1.GetString(received["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"]),
            StringComparison.Ordinal
        );
        Check.All(
            received.Values,
            body =>
            {
                Assert.DoesNotContain("disgust", Encoding.Latin1.GetString(body), StringComparison.OrdinalIgnoreCase);
                Assert.Equal(-1, body.AsSpan().IndexOf(face.AsSpan(0, 16)));
            }
        );
    }

    [Fact]
    public async Task A_worker_sends_its_last_metrics_when_it_ends()
    {
        const string Name = "Mien.Test.Worker";
        var received = new ConcurrentDictionary<string, byte[]>();
        await using WebApplication collector = await CollectorAsync(received);
        using (var meter = new Meter(Name))
        using (WorkerEndpoint.Export(new Uri(collector.Urls.First()), Name, TimeSpan.FromMinutes(1)))
        {
            meter.CreateCounter<long>("mien.test.shards").Add(3);
        }

        string metrics = Encoding.Latin1.GetString(
            received["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"]
        );
        Assert.Contains("mien.test.shards", metrics, StringComparison.Ordinal);
        Assert.Contains("mien-worker", metrics, StringComparison.Ordinal);
    }

    /// <summary>Starts a collector that stores everything it receives.</summary>
    private static async Task<WebApplication> CollectorAsync(ConcurrentDictionary<string, byte[]> received)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        WebApplication collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.AddOrUpdate(context.Request.Path, body.ToArray(), (_, before) => [.. before, .. body.ToArray()]);
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5]); // a message without fields
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }
}
