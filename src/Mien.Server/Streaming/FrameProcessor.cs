namespace Mien.Server;

/// <summary>
/// Recognizes and tracks the faces in the frames of one stream, one frame after another. Not thread-safe.
/// </summary>
internal sealed class FrameProcessor
{
    private readonly FacesQuery query;
    private readonly ServerOptions options;
    private readonly RecognitionOptions upright;
    private readonly RecognitionQueue queue;
    private readonly ServerMetrics metrics;
    private readonly Func<long> dropped;
    private readonly FaceTracker tracker;
    private int sequence;

    /// <summary>Creates a processor.</summary>
    /// <param name="query">The parameters of the stream.</param>
    /// <param name="options">The service's options.</param>
    /// <param name="uncertainBelow">The confidence under which smoothed predictions are uncertain.</param>
    /// <param name="queue">The queue of the workers.</param>
    /// <param name="metrics">The service's metrics.</param>
    /// <param name="dropped">Gets the number of frames so far that were replaced by newer ones.</param>
    public FrameProcessor(
        FacesQuery query,
        ServerOptions options,
        float uncertainBelow,
        RecognitionQueue queue,
        ServerMetrics metrics,
        Func<long> dropped
    )
    {
        this.query = query;
        this.options = options;
        this.queue = queue;
        this.metrics = metrics;
        this.dropped = dropped;

        // The frames of a camera have one orientation, so an empty frame is not searched again at other angles.
        upright = query.Recognition with
        {
            Detection = (query.Recognition.Detection ?? new DetectionOptions { MaxFaces = options.MaxFaces }) with
            {
                Angles = AngleSearch.Upright,
            },
        };
        tracker = new FaceTracker(
            new FaceTrackerOptions
            {
                TimeConstant = query.Smoothing ?? options.Smoothing,
                UncertainBelow = uncertainBelow,
            }
        );
    }

    /// <summary>Processes a frame.</summary>
    /// <param name="frame">The frame; its upload is disposed of.</param>
    /// <param name="streamEnded">Cancels the work when the stream ends.</param>
    /// <returns>The message for the client, also if the frame could not be processed.</returns>
    /// <exception cref="OperationCanceledException">The stream has ended.</exception>
    public async Task<byte[]> ProcessAsync(StreamFrame frame, CancellationToken streamEnded)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(streamEnded);
        deadline.CancelAfter(options.RequestTimeout);

        // The frames of a video are searched as 'mien video' does, also at other angles.
        bool isVideo = frame.Media is not null;
        var job = new RecognitionJob(frame.Upload, "frame", isVideo ? query.Recognition : upright, deadline.Token)
        {
            WithAppearance = isVideo,
        };
        queue.Add(job);
        try
        {
            RecognitionAnswer answer = await job.Completion;
            IReadOnlyList<TrackedFace> faces = Track(frame, answer);
            byte[] message = StreamMessages.Faces(frame, dropped(), answer, faces, tracker.IsCut, query.Top);
            metrics.Frame("done");
            return message;
        }
        catch (MienException e)
        {
            metrics.Frame("failed");
            return StreamMessages.Error(frame.Number, frame.Media, e.Code, ProblemKind.DetailOf(e));
        }
        catch (OperationCanceledException) when (!streamEnded.IsCancellationRequested)
        {
            metrics.Frame("failed");
            return StreamMessages.Error(
                frame.Number,
                frame.Media,
                ProblemKind.TooSlow.Code,
                "The frame was not processed within the time limit of a request."
            );
        }
    }

    private IReadOnlyList<TrackedFace> Track(StreamFrame frame, RecognitionAnswer answer)
    {
        // The tracks end at a seek, where the time goes back, and where a media time follows times of arrival.
        if (frame.Media is { } media && media.Sequence != sequence)
        {
            sequence = media.Sequence;
            tracker.Reset();
        }

        return tracker.Update(answer.Result.Faces, frame.Media?.Time ?? frame.Received, answer.Appearance);
    }
}
