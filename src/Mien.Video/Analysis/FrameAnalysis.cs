using System.Runtime.CompilerServices;

namespace Mien.Video;

/// <summary>
/// The analysis of one video. Faces are detected frame by frame on one thread; beside it, the faces of the frames
/// before are cropped and classified; then the tracks follow, in order. Not thread-safe: use an instance once.
/// </summary>
internal sealed class FrameAnalysis(FaceExpressionRecognizer recognizer, VideoOptions options, int threads)
{
    /// <summary>The maximum number of frames that are classified at the same time.</summary>
    private const int MaxWorkers = 8;

    /// <summary>
    /// The number of results that may wait for the caller, as a multiple of the workers, where they hold photos.
    /// </summary>
    private const int LookAheadWithPhotos = 2;

    /// <summary>Analyses the frames.</summary>
    /// <returns>One result per frame, in order. After it ends, all frames are disposed and no work runs.</returns>
    public async IAsyncEnumerable<FrameResult> Run(
        IAsyncEnumerable<VideoFrame> frames,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var alive = new LiveFrames(); // disposed last, when no work runs any more
        var tracker = new FaceTracker(options.Tracker);
        IAsyncEnumerable<AnalysedFrame> analysed = OrderedBatch.Run(
            Detect(frames, alive, CancellationToken.None),
            (frame, stop) => Task.Run(() => Recognize(frame, alive, stop), stop),
            Math.Clamp(threads - 1, 1, MaxWorkers),
            Timeout.InfiniteTimeSpan,
            cancellationToken,
            options.KeepPhotos ? LookAheadWithPhotos : OrderedBatch.LookAhead
        );
        await foreach (AnalysedFrame frame in analysed.ConfigureAwait(false))
        {
            VideoFrame source = frame.Detected.Frame;
            IReadOnlyList<TrackedFace> faces = tracker.Update(frame.Result.Faces, source.Time, frame.Appearance);
            yield return new FrameResult(
                source.Number,
                source.Time,
                frame.Result.Width,
                frame.Result.Height,
                faces,
                tracker.IsCut,
                options.KeepPhotos ? source.Photo : null
            )
            {
                DetectorRuns = frame.Detected.Runs,
                IsSearched = frame.Detected.IsSearched,
            };
            alive.Free(source);
        }
    }

    /// <summary>Detects the faces of the frames, one after another.</summary>
    /// <exception cref="ArgumentException">A frame is <see langword="null"/>, or its time goes back.</exception>
    private async IAsyncEnumerable<DetectedFrame> Detect(
        IAsyncEnumerable<VideoFrame> frames,
        LiveFrames alive,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        FaceFollower? follower = null;
        var cuts = new CutDetector();
        TimeSpan last = TimeSpan.MinValue;
        await foreach (VideoFrame frame in frames.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (frame is null)
            {
                throw new ArgumentException("A frame is null.", nameof(frames));
            }

            alive.Add(frame);
            if (frame.Time < last)
            {
                throw new ArgumentException(
                    $"Frame {frame.Number} has the time {frame.Time}, the frame before it {last}. Give the frames in "
                        + $"the order of their times.",
                    nameof(frames)
                );
            }

            last = frame.Time;
            var signature = FrameSignature.Of(frame.Photo);
            if (recognizer.IsCrop(frame.Photo))
            {
                yield return new DetectedFrame(frame, signature, null, true, 0);
                continue;
            }

            follower ??= recognizer.FollowFaces(threads, options.FollowFaces);
            bool isCut = cuts.IsCut(signature, frame.Time);
            FrameFaces found = follower.Next(frame.Photo, frame.Time, isCut, cancellationToken);
            yield return new DetectedFrame(frame, signature, found.Faces, found.IsSearched, found.Runs);
        }
    }

    private AnalysedFrame Recognize(DetectedFrame frame, LiveFrames alive, CancellationToken cancellationToken)
    {
        Photo photo = frame.Frame.Photo;
        RecognitionResult result = frame.Faces is { } faces
            ? recognizer.Recognize(photo, faces, cancellationToken)
            : recognizer.Recognize(photo, cancellationToken: cancellationToken);
        var appearance = FrameAppearance.Of(photo, [.. result.Faces.Select(f => f.Box)], frame.Signature);
        if (!options.KeepPhotos)
        {
            alive.Free(frame.Frame);
        }

        return new AnalysedFrame(frame, result, appearance);
    }

    /// <summary>A frame and its faces.</summary>
    /// <param name="Frame">The frame.</param>
    /// <param name="Signature">Its coarse colours, for the cuts here and in the tracker.</param>
    /// <param name="Faces">The faces; <see langword="null"/> if the frame is a face crop.</param>
    /// <param name="IsSearched">Whether the frame was searched completely.</param>
    /// <param name="Runs">The number of detector runs.</param>
    private sealed record DetectedFrame(
        VideoFrame Frame,
        FrameSignature Signature,
        IReadOnlyList<DetectedFace>? Faces,
        bool IsSearched,
        int Runs
    );

    private sealed record AnalysedFrame(DetectedFrame Detected, RecognitionResult Result, FrameAppearance Appearance);
}
