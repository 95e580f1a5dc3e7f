using System.Collections.Concurrent;

namespace Mien.Server;

/// <summary>
/// The bounded queue of jobs and its workers. The workers are dedicated threads, since CPU-bound work would starve the
/// thread pool, which the connections need. Thread-safe.
/// </summary>
internal sealed class RecognitionQueue : IDisposable
{
    private readonly BlockingCollection<RecognitionJob> jobs = [];
    private readonly ServerMetrics metrics;
    private readonly ServerOptions options;
    private readonly RecognitionWorker[] workers;
    private readonly Thread[] threads;
    private int waiting;

    public RecognitionQueue(FaceExpressionRecognizer recognizer, ServerOptions options, ServerMetrics metrics)
    {
        this.options = options;
        this.metrics = metrics;
        metrics.ObserveQueue(() => Waiting);
        workers =
        [
            .. Enumerable
                .Range(0, options.WorkerCount)
                .Select(_ => new RecognitionWorker(jobs, recognizer, options, metrics, Take)),
        ];
        threads = [.. workers.Select(w => new Thread(w.Run) { IsBackground = true, Name = "mien worker" })];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }
    }

    /// <summary>The number of images that wait for a worker.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>The estimated time to process the waiting images, 1 to 60 s; used as <c>Retry-After</c>.</summary>
    public TimeSpan Delay =>
        TimeSpan.FromSeconds(Math.Clamp(Waiting * workers.Average(w => w.MeanSeconds) / workers.Length, 1, 60));

    /// <summary>Adds all images of a request, or none.</summary>
    /// <returns>Whether there was room; if not, the caller still owns the jobs.</returns>
    public bool TryAdd(IReadOnlyList<RecognitionJob> added)
    {
        int seen = Waiting;
        while (true)
        {
            if (seen + added.Count > options.QueueLength)
            {
                metrics.Refused(added.Count);
                return false;
            }

            int before = Interlocked.CompareExchange(ref waiting, seen + added.Count, seen);
            if (before == seen)
            {
                break;
            }

            seen = before;
        }

        foreach (RecognitionJob job in added)
        {
            Enqueue(job);
        }

        return true;
    }

    /// <summary>
    /// Adds the frame of a stream. It is never refused: each stream has at most one frame in the queue, so the limit on
    /// streams bounds the frames too.
    /// </summary>
    public void Add(RecognitionJob job)
    {
        Interlocked.Increment(ref waiting);
        Enqueue(job);
    }

    /// <summary>Stops the workers after they have processed all waiting jobs.</summary>
    public void Dispose()
    {
        jobs.CompleteAdding();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        jobs.Dispose();
    }

    private void Enqueue(RecognitionJob job)
    {
        job.WhenDropped(() => Interlocked.Decrement(ref waiting));
        jobs.Add(job);
    }

    private bool Take(RecognitionJob job)
    {
        if (!job.TryTake())
        {
            return false;
        }

        Interlocked.Decrement(ref waiting);
        metrics.Waited(job.Age);
        return true;
    }
}
