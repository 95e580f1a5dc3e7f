using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace Mien.Server;

/// <summary>
/// One stream: a receiving loop and a processing loop, connected by a channel for one frame, in which a newer frame
/// replaces an older one. So the results are always about the latest frame, even if the service is slow.
/// </summary>
internal sealed class StreamConnection : IDisposable
{
    private const WebSocketCloseStatus Idle = (WebSocketCloseStatus)4408;

    /// <summary>The maximum time for the client to read a message or to complete the closing handshake.</summary>
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(5);

    private readonly WebSocket socket;
    private readonly FacesQuery query;
    private readonly ServerOptions options;
    private readonly RecognitionOptions recognition;
    private readonly RecognitionQueue queue;
    private readonly UploadBudget budget;
    private readonly ServerMetrics metrics;
    private readonly FaceTracker tracker;
    private readonly Channel<StreamFrame> pending;
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly CancellationTokenSource work = new();
    private readonly CancellationTokenSource grace = new();
    private readonly long begun = Stopwatch.GetTimestamp();
    private long lastFrame;
    private long dropped;
    private int ended;

    public StreamConnection(
        WebSocket socket,
        FacesQuery query,
        ServerOptions options,
        float uncertainBelow,
        RecognitionQueue queue,
        UploadBudget budget,
        ServerMetrics metrics
    )
    {
        this.socket = socket;
        this.query = query;

        // The frames of a stream have one orientation, so an empty frame is not searched again at other angles.
        recognition = query.Recognition with
        {
            Detection = (query.Recognition.Detection ?? new DetectionOptions { MaxFaces = options.MaxFaces }) with
            {
                Angles = AngleSearch.Upright,
            },
        };
        this.options = options;
        this.queue = queue;
        this.budget = budget;
        this.metrics = metrics;
        lastFrame = begun;
        tracker = new FaceTracker(
            new FaceTrackerOptions
            {
                TimeConstant = query.Smoothing ?? options.Smoothing,
                UncertainBelow = uncertainBelow,
            }
        );
        pending = Channel.CreateBounded<StreamFrame>(
            new BoundedChannelOptions(1)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
                SingleWriter = true,
            },
            Drop
        );
    }

    /// <summary>
    /// Serves the client until it disconnects, is idle for too long, sends an invalid message, or the service stops.
    /// </summary>
    public async Task RunAsync(CancellationToken aborted, CancellationToken stopping)
    {
        using var receiving = CancellationTokenSource.CreateLinkedTokenSource(aborted, grace.Token);
        await using CancellationTokenRegistration stop = stopping.Register(() =>
            _ = EndAsync(WebSocketCloseStatus.EndpointUnavailable, "The service is stopping.")
        );
        Task working = WorkAsync();
        Task watching = WatchAsync();
        try
        {
            await ReceiveAsync(receiving.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The client disconnected without a closing handshake, or did not complete it in time.
        }

        pending.Writer.Complete();
        await work.CancelAsync();
        await working;
        await watching;
        while (pending.Reader.TryRead(out StreamFrame? frame))
        {
            frame.Upload.Dispose();
        }

        if (socket.State == WebSocketState.CloseReceived)
        {
            await EndAsync(WebSocketCloseStatus.NormalClosure, null);
        }
    }

    public void Dispose()
    {
        sending.Dispose();
        work.Dispose();
        grace.Dispose();
    }

    private void Drop(StreamFrame frame)
    {
        frame.Upload.Dispose();
        Interlocked.Increment(ref dropped);
        metrics.Frame("dropped");
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        for (long number = 0; ; number++)
        {
            var message = new MessageStream(socket);
            Upload? upload = null;
            try
            {
                upload = await Upload.ReadAsync(message, "frame", options.MaxFrameBytes, budget, cancellationToken);
            }
            catch (MienException e) when (e.Code == "tooLarge")
            {
                await EndAsync(
                    WebSocketCloseStatus.MessageTooBig,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"A frame exceeds the limit of {options.MaxFrameBytes} bytes."
                    )
                );
                await message.SkipAsync(cancellationToken);
            }
            catch (MienException e) when (message.Type == WebSocketMessageType.Binary)
            {
                await SendAsync(StreamMessages.Error(number, e.Code, e.Message)); // an empty frame
            }
            catch (MienException)
            {
                // An empty text message or a close message, which have no frame.
            }
            catch (ProblemException)
            {
                // The upload budget is used up: the frame is dropped, as if a newer one had replaced it.
                await message.SkipAsync(cancellationToken);
                Interlocked.Increment(ref dropped);
                metrics.Frame("dropped");
            }

            switch (message.Type)
            {
                case WebSocketMessageType.Close:
                    return;
                case WebSocketMessageType.Text:
                    upload?.Dispose();
                    await EndAsync(
                        WebSocketCloseStatus.InvalidMessageType,
                        "Received a text message, expected frames as binary messages (JPEG, PNG or WebP)."
                    );
                    break;
                default:
                    Volatile.Write(ref lastFrame, Stopwatch.GetTimestamp());
                    if (
                        upload is not null
                        && (
                            Volatile.Read(ref ended) != 0
                            || !pending.Writer.TryWrite(
                                new StreamFrame(number, upload, Stopwatch.GetElapsedTime(begun))
                            )
                        )
                    )
                    {
                        upload.Dispose();
                    }

                    break;
            }
        }
    }

    private async Task WorkAsync()
    {
        var pause = TimeSpan.FromSeconds(1 / options.MaxFrameRate);
        TimeSpan next = TimeSpan.Zero;
        try
        {
            while (await pending.Reader.WaitToReadAsync(work.Token))
            {
                // Above the maximum frame rate, the frame waits and newer ones may replace it.
                if (next - Stopwatch.GetElapsedTime(begun) is { Ticks: > 0 } wait)
                {
                    await Task.Delay(wait, work.Token);
                }

                next = Stopwatch.GetElapsedTime(begun) + pause;
                if (pending.Reader.TryRead(out StreamFrame? frame))
                {
                    await SendAsync(await RecognizeAsync(frame));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The client has disconnected or does not read; the receiving loop notices it too.
        }
        catch
        {
            socket.Abort(); // otherwise the receiving loop would keep waiting
            throw;
        }
    }

    private async Task<byte[]> RecognizeAsync(StreamFrame frame)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(work.Token);
        deadline.CancelAfter(options.RequestTimeout);
        var job = new RecognitionJob(frame.Upload, "frame", recognition, deadline.Token);
        queue.Add(job);
        try
        {
            RecognitionAnswer answer = await job.Completion;
            byte[] message = StreamMessages.Faces(
                frame,
                Interlocked.Read(ref dropped),
                answer,
                tracker.Update(answer.Result.Faces, frame.Time),
                query.Top
            );
            metrics.Frame("done");
            return message;
        }
        catch (MienException e)
        {
            metrics.Frame("failed");
            return StreamMessages.Error(frame.Number, e.Code, ProblemKind.DetailOf(e));
        }
        catch (OperationCanceledException) when (!work.IsCancellationRequested)
        {
            metrics.Frame("failed");
            return StreamMessages.Error(
                frame.Number,
                ProblemKind.TooSlow.Code,
                "The frame was not processed within the time limit of a request."
            );
        }
    }

    private async Task SendAsync(byte[] message)
    {
        await sending.WaitAsync(work.Token);
        try
        {
            if (socket.State is WebSocketState.Open)
            {
                using var limit = new CancellationTokenSource(ClientTimeout);
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, limit.Token);
            }
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>
    /// Closes the stream when no complete frame has arrived for <see cref="ServerOptions.StreamIdle"/>.
    /// </summary>
    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                TimeSpan left = options.StreamIdle - Stopwatch.GetElapsedTime(Volatile.Read(ref lastFrame));
                if (left <= TimeSpan.Zero)
                {
                    break;
                }

                await Task.Delay(left, work.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await EndAsync(
            Idle,
            string.Create(
                CultureInfo.InvariantCulture,
                $"No frame was received for {options.StreamIdle.TotalSeconds:0.#} s."
            )
        );
    }

    /// <summary>
    /// Starts the closing handshake, at most once; a client that does not complete it in time is disconnected.
    /// </summary>
    private async Task EndAsync(WebSocketCloseStatus status, string? reason)
    {
        if (Interlocked.Exchange(ref ended, 1) != 0)
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(ClientTimeout);
            await sending.WaitAsync(limit.Token);
            try
            {
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                {
                    await socket.CloseOutputAsync(status, reason, limit.Token);
                }
            }
            finally
            {
                sending.Release();
            }

            grace.CancelAfter(ClientTimeout);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has disconnected; the receiving loop notices it too.
        }
    }
}
