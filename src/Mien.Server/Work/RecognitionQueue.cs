using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mien.Server;

/// <summary>
/// The bounded queue in front of the one recognizer, and the workers behind it: threads of their own, since work that fills a
/// processor would starve the thread pool, which the connections need. Thread-safe.
/// </summary>
internal sealed class RecognitionQueue : IDisposable
{
    private readonly BlockingCollection<RecognitionJob> jobs = [];
    private readonly FaceExpressionRecognizer recognizer;
    private readonly ServerMetrics metrics;
    private readonly ServerOptions options;
    private readonly Thread[] workers;
    private int waiting;
    private double meanSeconds = 0.02;

    public RecognitionQueue(FaceExpressionRecognizer recognizer, ServerOptions options, ServerMetrics metrics)
    {
        this.recognizer = recognizer;
        this.options = options;
        this.metrics = metrics;
        metrics.ObserveQueue(() => Waiting);
        workers = [.. Enumerable.Range(1, options.WorkerCount).Select(i => new Thread(Work) { IsBackground = true, Name = $"mien worker {i}" })];
        foreach (Thread worker in workers)
        {
            worker.Start();
        }
    }

    /// <summary>Images that wait for a worker.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>When there should be room again: the time that the waiting images take.</summary>
    public TimeSpan Delay => TimeSpan.FromSeconds(Math.Clamp(Waiting * Volatile.Read(ref meanSeconds) / workers.Length, 1, 60));

    /// <summary>Adds the images of a request, all or none.</summary>
    /// <returns>Whether there was room; if not, the jobs are still the caller's.</returns>
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
    /// Adds the frame of a stream, which is never refused: a stream has one frame in the queue at a time, so that the bound on
    /// streams is one on these.
    /// </summary>
    public void Add(RecognitionJob job)
    {
        Interlocked.Increment(ref waiting);
        Enqueue(job);
    }

    /// <summary>Ends the workers once all that waits is done.</summary>
    public void Dispose()
    {
        jobs.CompleteAdding();
        foreach (Thread worker in workers)
        {
            worker.Join();
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

    private void Work()
    {
        foreach (RecognitionJob job in jobs.GetConsumingEnumerable())
        {
            if (Take(job))
            {
                Recognize(job);
            }
        }
    }

    private void Recognize(RecognitionJob job)
    {
        long start = Stopwatch.GetTimestamp();
        using Activity? activity = ServerTracing.Source.StartActivity("recognize", ActivityKind.Internal, job.Parent);
        try
        {
            RecognitionResult result = recognizer.Recognize(job.Data, job.Name, job.Options, job.CancellationToken);
            AnnotatedPhoto? annotated = job.Annotate ? PhotoAnnotator.Annotate(job.Data, result, options.ImageLimits) : null;
            TimeSpan duration = Stopwatch.GetElapsedTime(start);
            Volatile.Write(ref meanSeconds, (meanSeconds * 0.9) + (duration.TotalSeconds * 0.1));
            metrics.Recognized(result, duration);
            job.Succeed(new RecognitionAnswer(result, annotated, duration));
        }
        catch (Exception e)
        {
            metrics.Failed(e, Stopwatch.GetElapsedTime(start));
            job.Fail(e);
        }
    }
}
