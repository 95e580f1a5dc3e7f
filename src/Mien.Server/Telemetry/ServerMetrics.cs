using System.Diagnostics.Metrics;

namespace Mien.Server;

/// <summary>
/// The service's metrics. Names and units follow OpenTelemetry; Prometheus shows underscores. Thread-safe.
/// </summary>
internal sealed class ServerMetrics
{
    public const string MeterName = "Mien.Server";

    private readonly Meter meter;
    private readonly Counter<long> images;
    private readonly Counter<long> faces;
    private readonly Counter<long> refused;
    private readonly Counter<long> frames;
    private readonly UpDownCounter<long> streams;
    private readonly Histogram<double> duration;
    private readonly Histogram<double> waits;
    private readonly Histogram<int> batches;

    public ServerMetrics(IMeterFactory factory, UploadBudget budget)
    {
        meter = factory.Create(MeterName);
        images = meter.CreateCounter<long>(
            "mien.images",
            "{image}",
            "Processed images by status: ok, noFace or an error code."
        );
        faces = meter.CreateCounter<long>(
            "mien.faces",
            "{face}",
            "Faces that were detected or given as boxes or crops."
        );
        refused = meter.CreateCounter<long>(
            "mien.queue.refused",
            "{image}",
            "Images rejected because the queue was full."
        );
        frames = meter.CreateCounter<long>(
            "mien.stream.frames",
            "{frame}",
            "Frames of streams by outcome: done, dropped or failed."
        );
        streams = meter.CreateUpDownCounter<long>("mien.stream.active", "{stream}", "Open streams.");
        duration = Seconds("mien.recognition.duration", "Processing time per image, without queueing.");
        waits = Seconds("mien.queue.wait", "Time that an image waited in the queue.");
        batches = meter.CreateHistogram(
            "mien.batch.size",
            "{image}",
            "Images processed in one batch.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] }
        );
        meter.CreateObservableUpDownCounter("mien.upload.held", () => budget.Held, "By", "Bytes of uploads in memory.");
    }

    /// <summary>
    /// Sets counters to 0, so that alerts have a time series before the first event. Call it when the exporters listen.
    /// </summary>
    public void Begin()
    {
        faces.Add(0);
        refused.Add(0);
        streams.Add(0);
        foreach (string outcome in (string[])["done", "dropped", "failed"])
        {
            Frame(outcome, 0);
        }
    }

    /// <summary>Adds the metric of the queue length, read from a callback.</summary>
    public void ObserveQueue(Func<int> waiting) =>
        meter.CreateObservableUpDownCounter("mien.queue.length", waiting, "{image}", "Images waiting in the queue.");

    public void Recognized(RecognitionResult result, TimeSpan time)
    {
        images.Add(1, new KeyValuePair<string, object?>("status", result.Status.Name()));
        faces.Add(result.Faces.Count);
        duration.Record(time.TotalSeconds);
    }

    public void Failed(Exception error, TimeSpan time)
    {
        string status = error switch
        {
            MienException known => known.Code,
            OperationCanceledException => "cancelled",
            _ => "serverError",
        };
        images.Add(1, new KeyValuePair<string, object?>("status", status));
        duration.Record(time.TotalSeconds);
    }

    public void Waited(TimeSpan time) => waits.Record(time.TotalSeconds);

    public void Batched(int count) => batches.Record(count);

    public void Refused(int count) => refused.Add(count);

    public void StreamOpened() => streams.Add(1);

    public void StreamClosed() => streams.Add(-1);

    public void Frame(string outcome, int count = 1) =>
        frames.Add(count, new KeyValuePair<string, object?>("outcome", outcome));

    private Histogram<double> Seconds(string name, string description) =>
        meter.CreateHistogram(
            name,
            "s",
            description,
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            }
        );
}
