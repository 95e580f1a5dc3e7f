using System.Diagnostics.Metrics;

namespace Mien.Server;

/// <summary>What is counted. Units and names follow OpenTelemetry; Prometheus sees underscores. Thread-safe.</summary>
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
            "Images that were worked on, by status: ok, noFace, or an error's code."
        );
        faces = meter.CreateCounter<long>("mien.faces", "{face}", "Faces that were found or given.");
        refused = meter.CreateCounter<long>(
            "mien.queue.refused",
            "{image}",
            "Images that were refused because the queue was full."
        );
        frames = meter.CreateCounter<long>(
            "mien.stream.frames",
            "{frame}",
            "Frames of streams, by outcome: done, dropped or failed."
        );
        streams = meter.CreateUpDownCounter<long>("mien.stream.active", "{stream}", "Open streams.");
        duration = Seconds("mien.recognition.duration", "How long a worker took for an image.");
        waits = Seconds("mien.queue.wait", "How long an image waited for a worker.");
        batches = meter.CreateHistogram(
            "mien.batch.size",
            "{image}",
            "Images that a worker took together.",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] }
        );
        meter.CreateObservableUpDownCounter(
            "mien.upload.held",
            () => budget.Held,
            "By",
            "Bytes of uploads that are held."
        );
    }

    /// <summary>
    /// Gives what has not happened yet the value 0, so that alerts have a series to look at; when the exporters listen.
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

    /// <summary>Says where the length of the queue can be read.</summary>
    public void ObserveQueue(Func<int> waiting) =>
        meter.CreateObservableUpDownCounter("mien.queue.length", waiting, "{image}", "Images that wait for a worker.");

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
