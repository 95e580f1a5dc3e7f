using System.Collections.Concurrent;
using System.Diagnostics;

namespace Mien.Server;

/// <summary>
/// Processes jobs on one thread. Face crops that wait at the same time are classified in one batch. Photos are not
/// batched: face detection takes ten times as long as classification, so a photo would wait much longer for the faces
/// of the next one than a batch could save. The faces of one photo form a batch anyway.
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

    /// <summary>The moving average of the processing time per image, in seconds.</summary>
    public double MeanSeconds => Volatile.Read(ref meanSeconds);

    /// <summary>Processes jobs until the queue is completed and empty.</summary>
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

        List<RecognitionJob> batch = [first];
        List<PreparedCrop> crops = [crop];
        RecognitionJob? photo = null;

        // Only crops that are already queued: no job waits for crops that may arrive later.
        while (
            photo is null
            && batch.Count < options.BatchSize
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
                photo = next; // processed after the crops, which are fast
            }
            else
            {
                batch.Add(next);
                crops.Add(another);
            }
        }

        metrics.Batched(batch.Count);
        RecognizeBatch(batch, crops, start);
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
            // The gray crops of a batch have neither the picture to annotate nor the colours of the appearance.
            crop = job.Annotate || job.WithAppearance ? null : recognizer.PrepareCrop(job.Data, job.Name, job.Options);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void RecognizeBatch(List<RecognitionJob> batch, List<PreparedCrop> crops, long start)
    {
        using Activity? activity = ServerTracing.Source.StartActivity(
            "recognize",
            ActivityKind.Internal,
            batch[0].Parent
        );
        activity?.SetTag("mien.batch.size", batch.Count);
        RecognitionResult[] results;
        try
        {
            results = recognizer.RecognizeCrops(crops);
        }
        catch (Exception) when (batch.Count > 1)
        {
            // One of the crops failed the whole batch; processing each alone shows which.
            batch.ForEach(job => Recognize(job, Stopwatch.GetTimestamp()));
            return;
        }
        catch (Exception e)
        {
            Fail(batch[0], e, start);
            return;
        }

        TimeSpan time = Stopwatch.GetElapsedTime(start);
        for (int i = 0; i < batch.Count; i++)
        {
            Succeed(batch[i], new RecognitionAnswer(results[i], null, time), time / batch.Count);
        }
    }

    private void Recognize(RecognitionJob job, long start)
    {
        using Activity? activity = ServerTracing.Source.StartActivity("recognize", ActivityKind.Internal, job.Parent);
        try
        {
            (RecognitionResult result, AnnotatedPhoto? annotated, FrameAppearance? appearance) = Process(job);
            activity?.SetTag("mien.faces", result.Faces.Count);
            TimeSpan time = Stopwatch.GetElapsedTime(start);
            Succeed(job, new RecognitionAnswer(result, annotated, time) { Appearance = appearance }, time);
        }
        catch (Exception e)
        {
            Fail(job, e, start);
        }
    }

    private (RecognitionResult Result, AnnotatedPhoto? Annotated, FrameAppearance? Appearance) Process(
        RecognitionJob job
    )
    {
        if (job.Annotate)
        {
            (RecognitionResult annotated, AnnotatedPhoto photo) = recognizer.RecognizeAndAnnotate(
                job.Data,
                job.Name,
                job.Options,
                job.CancellationToken
            );
            return (annotated, photo, null);
        }

        if (job.WithAppearance)
        {
            (RecognitionResult tracked, FrameAppearance appearance) = recognizer.RecognizeFrame(
                job.Data,
                job.Name,
                job.Options,
                job.CancellationToken
            );
            return (tracked, null, appearance);
        }

        return (recognizer.Recognize(job.Data, job.Name, job.Options, job.CancellationToken), null, null);
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
