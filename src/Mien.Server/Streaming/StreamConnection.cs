using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Threading.Channels;

namespace Mien.Server;

/// <summary>
/// One stream: a receiving loop and a processing loop, connected by a channel for one frame, in which a newer frame
/// replaces an older one. So the results are always about the latest frame, even if the service is slow. A client that
/// sends each frame after the answer to the previous one gets an answer for every frame.
/// </summary>
internal sealed class StreamConnection : IDisposable
{
    private const WebSocketCloseStatus Idle = (WebSocketCloseStatus)4408;

    /// <summary>The maximum time for the client to read a message or to complete the closing handshake.</summary>
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(5);

    private readonly WebSocket socket;
    private readonly ServerOptions options;
    private readonly UploadBudget budget;
    private readonly ServerMetrics metrics;
    private readonly FrameProcessor processor;
    private readonly MediaClock clock = new();
    private readonly byte[] text = new byte[FrameTimeMessage.MaxBytes + 1];
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
        this.options = options;
        this.budget = budget;
        this.metrics = metrics;
        lastFrame = begun;
        processor = new FrameProcessor(
            query,
            options,
            uncertainBelow,
            queue,
            metrics,
            () => Interlocked.Read(ref dropped)
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
        CountDropped();
    }

    private void CountDropped()
    {
        Interlocked.Increment(ref dropped);
        metrics.Frame("dropped");
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        long number = 0;
        while (true)
        {
            var message = new MessageStream(socket);
            switch (await message.BeginAsync(cancellationToken))
            {
                case WebSocketMessageType.Close:
                    return;
                case WebSocketMessageType.Text:
                    await ReceiveTextAsync(message, cancellationToken);
                    break;
                default:
                    await ReceiveFrameAsync(message, number++, cancellationToken);
                    break;
            }
        }
    }

    private async Task ReceiveTextAsync(MessageStream message, CancellationToken cancellationToken)
    {
        int length = await message.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancellationToken);
        if (FrameTimeMessage.TryParse(text.AsSpan(0, length), out FrameTimeMessage time, out string? problem))
        {
            clock.Announce(time);
            return;
        }

        await EndAsync(WebSocketCloseStatus.InvalidMessageType, $"{problem}, {FrameTimeMessage.Expected}");
        await message.SkipAsync(cancellationToken);
    }

    private async Task ReceiveFrameAsync(MessageStream message, long number, CancellationToken cancellationToken)
    {
        MediaTime? media = clock.Next();
        Upload upload;
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
            return;
        }
        catch (MienException e)
        {
            await FailAsync(number, media, e.Code, e.Message); // an empty frame
            return;
        }
        catch (ProblemException e)
        {
            // The upload budget is used up. A camera's frame is dropped, as if a newer one had replaced it. A client
            // with media times gets an error, since it may wait for the answer.
            await message.SkipAsync(cancellationToken);
            if (clock.IsUsed)
            {
                await FailAsync(number, media, e.Kind.Code, e.Message);
            }
            else
            {
                CountDropped();
            }

            return;
        }
        finally
        {
            Volatile.Write(ref lastFrame, Stopwatch.GetTimestamp());
        }

        if (media is null && clock.IsUsed)
        {
            upload.Dispose();
            await FailAsync(
                number,
                null,
                "noTime",
                "The frame has no media time, but a frame before it had one. Send {\"time\": SECONDS} as a text "
                    + "message before every frame, or open another stream for frames without times."
            );
            return;
        }

        var frame = new StreamFrame(number, upload, Stopwatch.GetElapsedTime(begun), media);
        if (Volatile.Read(ref ended) != 0 || !pending.Writer.TryWrite(frame))
        {
            upload.Dispose();
        }
    }

    private Task FailAsync(long number, MediaTime? media, string code, string message)
    {
        metrics.Frame("failed");
        return SendAsync(StreamMessages.Error(number, media, code, message));
    }

    private async Task WorkAsync()
    {
        var pause = TimeSpan.FromSeconds(1 / options.MaxFrameRate);
        TimeSpan next = TimeSpan.Zero;
        try
        {
            while (await pending.Reader.WaitToReadAsync(work.Token))
            {
                // Above the maximum frame rate, a camera's frame waits and newer ones may replace it. Frames with media
                // times do not wait: they are not bound to a clock, and other requests have their turn in the queue.
                if (
                    next - Stopwatch.GetElapsedTime(begun) is { Ticks: > 0 } wait
                    && pending.Reader.TryPeek(out StreamFrame? first)
                    && first.Media is null
                )
                {
                    await Task.Delay(wait, work.Token);
                }

                next = Stopwatch.GetElapsedTime(begun) + pause;
                if (pending.Reader.TryRead(out StreamFrame? frame))
                {
                    await SendAsync(await processor.ProcessAsync(frame, work.Token));
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
