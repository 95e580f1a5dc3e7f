using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mien.Server;

/// <summary>
/// Works on jobs, one thread a worker. Face crops that wait at the same time are gathered into one run of the network.
/// Photos are not: finding their faces takes ten times as long as naming an expression, so a photo would wait far
/// longer for the next one's faces than a shared run could save; the faces of one photo share a run anyway.
/// </summary>
internal sealed class RecognitionWorker(
    BlockingCollection<RecognitionJob> jobs,
    FaceExpressionRecognizer recognizer,
    ServerOptions options,
    ServerMetrics metrics,
    Func<RecognitionJob, bool> take
)
{
    private double meanSeconds = 0.02;

    /// <summary>How long an image took lately.</summary>
    public double MeanSeconds => Volatile.Read(ref meanSeconds);

    /// <summary>Works until no more jobs will come and none is left.</summary>
    public void Run()
    {
        foreach (RecognitionJob job in jobs.GetConsumingEnumerable())
        {
            if (take(job))
            {
                Work(job);
            }
        }
    }

    private void Work(RecognitionJob first)
    {
        long start = Stopwatch.GetTimestamp();
        if (Prepare(first, out PreparedCrop? crop) is { } failed)
        {
            Fail(first, failed, start);
            return;
        }

        if (crop is null)
        {
            metrics.Batched(1);
            Recognize(first, start);
            return;
        }

        List<RecognitionJob> gathered = [first];
        List<PreparedCrop> crops = [crop];
        RecognitionJob? photo = null;

        // Only what waits already: nobody waits for those that may come.
        while (
            photo is null
            && gathered.Count < options.BatchSize
            && Stopwatch.GetElapsedTime(start) < options.BatchWindow
            && jobs.TryTake(out RecognitionJob? next)
        )
        {
            if (!take(next))
            {
                continue;
            }

            if (Prepare(next, out PreparedCrop? another) is { } error)
            {
                Fail(next, error, start);
            }
            else if (another is null)
            {
                photo = next; // after the crops, which are quick
            }
            else
            {
                gathered.Add(next);
                crops.Add(another);
            }
        }

        metrics.Batched(gathered.Count);
        RecognizeTogether(gathered, crops, start);
        if (photo is not null)
        {
            metrics.Batched(1);
            Recognize(photo, Stopwatch.GetTimestamp());
        }
    }

    private Exception? Prepare(RecognitionJob job, out PreparedCrop? crop)
    {
        crop = null;
        try
        {
            crop = job.Annotate ? null : recognizer.PrepareCrop(job.Data, job.Name, job.Options);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void RecognizeTogether(List<RecognitionJob> gathered, List<PreparedCrop> crops, long start)
    {
        using Activity? activity = ServerTracing.Source.StartActivity(
            "recognize",
            ActivityKind.Internal,
            gathered[0].Parent
        );
        activity?.SetTag("mien.batch.size", gathered.Count);
        RecognitionResult[] results;
        try
        {
            results = recognizer.RecognizeCrops(crops);
        }
        catch (Exception) when (gathered.Count > 1)
        {
            // One of them is at fault: each alone shows which.
            gathered.ForEach(job => Recognize(job, Stopwatch.GetTimestamp()));
            return;
        }
        catch (Exception e)
        {
            Fail(gathered[0], e, start);
            return;
        }

        TimeSpan time = Stopwatch.GetElapsedTime(start);
        for (int i = 0; i < gathered.Count; i++)
        {
            Succeed(gathered[i], new RecognitionAnswer(results[i], null, time), time / gathered.Count);
        }
    }

    private void Recognize(RecognitionJob job, long start)
    {
        using Activity? activity = ServerTracing.Source.StartActivity("recognize", ActivityKind.Internal, job.Parent);
        try
        {
            (RecognitionResult result, AnnotatedPhoto? annotated) = job.Annotate
                ? recognizer.RecognizeAndAnnotate(job.Data, job.Name, job.Options, job.CancellationToken)
                : (recognizer.Recognize(job.Data, job.Name, job.Options, job.CancellationToken), null);
            activity?.SetTag("mien.faces", result.Faces.Count);
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            Succeed(job, new RecognitionAnswer(result, annotated, time), time);
        }
        catch (Exception e)
        {
            Fail(job, e, start);
        }
    }

    private void Succeed(RecognitionJob job, RecognitionAnswer answer, TimeSpan share)
    {
        Volatile.Write(ref meanSeconds, (meanSeconds * 0.9) + (share.TotalSeconds * 0.1));
        metrics.Recognized(answer.Result, answer.Duration);
        job.Succeed(answer);
    }

    private void Fail(RecognitionJob job, Exception error, long start)
    {
        metrics.Failed(error, Stopwatch.GetElapsedTime(start));
        job.Fail(error);
    }
}
