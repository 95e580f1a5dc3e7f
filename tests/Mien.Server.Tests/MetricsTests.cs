namespace Mien.Server.Tests;

/// <summary>
/// The metrics. All services in a process share their counters, so these tests run alone.
/// </summary>
[Collection(nameof(MetricsTests))]
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_can_be_scraped_and_turned_off()
    {
        await using TestServer off = await TestServer.StartAsync(o => o with { Metrics = false });
        await off.Client.GetAsync("/metrics").ProblemAsync(404, "notFound");
        await using TestServer server = await TestServer.StartAsync();
        await server.Client.PostAsync("/v1/faces", Images.Body(Images.Group)).JsonAsync();
        await server.Client.PostAsync("/v1/faces", Images.Body([1, 2, 3])).ProblemAsync(415, "notAnImage");
        string metrics = await server.Client.GetStringAsync("/metrics");

        foreach (
            string name in (string[])
                [
                    "http_server_request_duration_seconds_bucket",
                    "mien_recognition_duration_seconds_bucket",
                    "mien_queue_wait_seconds_count",
                    "mien_queue_length",
                    "mien_batch_size_bucket",
                    "mien_upload_held_bytes",
                ]
        )
        {
            Assert.Contains(name, metrics, StringComparison.Ordinal);
        }

        Assert.Matches("""mien_faces_total(\{[^}]*\})? [1-9]""", metrics);
        Assert.Matches("""mien_images_total\{[^}]*status="ok"[^}]*\} [1-9]""", metrics);
        Assert.Matches("""mien_images_total\{[^}]*status="notAnImage"[^}]*\} [1-9]""", metrics);
    }

    [Fact]
    public async Task Counters_start_at_0()
    {
        await using TestServer server = await TestServer.StartAsync();
        string metrics = await server.Client.GetStringAsync("/metrics");

        foreach (string name in (string[])["mien_faces_total", "mien_queue_refused_total", "mien_stream_active"])
        {
            Assert.Matches(name + """(\{[^}]*\})? 0""", metrics);
        }

        Assert.Matches("""mien_stream_frames_total\{[^}]*outcome="dropped"[^}]*\} 0""", metrics);
    }
}
