using System.Diagnostics.Metrics;

namespace Mien.Cli;

/// <summary>
/// The metrics of a worker. Those of images have the names and units that the service gives them. Thread-safe.
/// </summary>
internal sealed class WorkerMetrics : IDisposable
{
    /// <summary>The name of the meter, for exporters.</summary>
    public const string MeterName = "Mien.Worker";

    private static readonly string[] Outcomes = ["done", "superseded", "givenBack", "split", "dead"];

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> images;
    private readonly Counter<long> faces;
    private readonly Counter<long> shards;
    private readonly Counter<long> takenOver;
    private readonly Histogram<double> duration;
    private readonly Histogram<double> shardDuration;

    public WorkerMetrics()
    {
        images = meter.CreateCounter<long>(
            "mien.images",
            "{image}",
            "Processed images by status: ok, noFace or an error code."
        );
        faces = meter.CreateCounter<long>("mien.faces", "{face}", "Faces that were detected or given.");
        shards = meter.CreateCounter<long>(
            "mien.shards",
            "{shard}",
            "Shards by outcome: done, superseded, givenBack, split or dead."
        );
        takenOver = meter.CreateCounter<long>(
            "mien.shards.taken.over",
            "{shard}",
            "Shards taken over from workers that ended."
        );
        duration = Seconds(
            "mien.recognition.duration",
            "Processing time per image.",
            [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        );
        shardDuration = Seconds(
            "mien.shard.duration",
            "Processing time per shard that is done.",
            [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000]
        );
    }

    /// <summary>
    /// Sets counters to 0, so that alerts have a time series before the first event. Call it when the exporters listen.
    /// </summary>
    public void Begin()
    {
        faces.Add(0);
        takenOver.Add(0);
        foreach (string outcome in Outcomes)
        {
            Shard(outcome, 0);
        }
    }

    /// <summary>Adds the metric of the connection, read from a callback.</summary>
    public void ObserveConnection(Func<bool> isConnected) =>
        meter.CreateObservableUpDownCounter(
            "mien.nats.connected",
            () => isConnected() ? 1 : 0,
            "{connection}",
            "1 while the NATS server is connected, otherwise 0."
        );

    public void Recognized(RecognitionResult result, TimeSpan time)
    {
        images.Add(1, new KeyValuePair<string, object?>("status", result.Error?.Code ?? result.Status.Name()));
        faces.Add(result.Faces.Count);
        duration.Record(time.TotalSeconds);
    }

    /// <summary>A shard came to an end, one of <c>done</c>, <c>superseded</c>, <c>givenBack</c>, …</summary>
    public void Shard(string outcome, int count = 1) =>
        shards.Add(count, new KeyValuePair<string, object?>("outcome", outcome));

    public void ShardTook(TimeSpan time) => shardDuration.Record(time.TotalSeconds);

    public void TakenOver() => takenOver.Add(1);

    public void Dispose() => meter.Dispose();

    private Histogram<double> Seconds(string name, string description, double[] bounds) =>
        meter.CreateHistogram(
            name,
            "s",
            description,
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds }
        );
}
