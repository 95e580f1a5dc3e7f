using NATS.Client.JetStream;

namespace Mien.Workers;

/// <summary>A message of the stream of work.</summary>
internal sealed class NatsDelivery(INatsJSMsg<byte[]> message, string job, TimeSpan timeout) : IWorkDelivery
{
    /// <inheritdoc/>
    public string Job => job;

    /// <inheritdoc/>
    public ulong Message => message.Metadata?.Sequence.Stream ?? 0;

    /// <inheritdoc/>
    public ulong Delivery => message.Metadata?.NumDelivered ?? 1;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Data => message.Data ?? [];

    /// <inheritdoc/>
    public Task<bool> ReportAsync(CancellationToken cancel) =>
        SendAsync(token => message.AckProgressAsync(cancellationToken: token), cancel);

    /// <inheritdoc/>
    public Task AckAsync(CancellationToken cancel) =>
        SendAsync(token => message.AckAsync(cancellationToken: token), cancel);

    /// <inheritdoc/>
    public Task GiveBackAsync(TimeSpan delay, CancellationToken cancel) =>
        SendAsync(token => message.NakAsync(new AckOpts { NakDelay = delay }, token), cancel);

    /// <summary>
    /// Sends an acknowledgement. While there is no connection the client would wait for one without end, and a later
    /// acknowledgement would be of no use: the message has been delivered again by then.
    /// </summary>
    private async Task<bool> SendAsync(Func<CancellationToken, ValueTask> send, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            await send(limit.Token);
            return true;
        }
        catch (Exception e)
            when (e is OperationCanceledException ? !cancel.IsCancellationRequested : NatsErrors.IsOfServer(e))
        {
            return false;
        }
    }
}
