using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Mien.Workers;

/// <summary>A message that was read from the stream of work and not delivered. To acknowledge it removes it.</summary>
internal sealed class StoredDelivery(
    NatsJSContext stream,
    NatsCalls calls,
    string job,
    ulong message,
    ReadOnlyMemory<byte> data
) : IWorkDelivery
{
    /// <summary>The server's code for a message that does not exist, when one is to be removed.</summary>
    private const int NoMessage = 10057;

    /// <inheritdoc/>
    public string Job => job;

    /// <inheritdoc/>
    public ulong Message => message;

    /// <inheritdoc/>
    public ulong Delivery => 0;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Data => data;

    /// <inheritdoc/>
    public Task<bool> ReportAsync(CancellationToken cancel) => Task.FromResult(true);

    /// <inheritdoc/>
    public Task AckAsync(CancellationToken cancel) =>
        calls.MakeAsync<bool>(
            async token =>
            {
                try
                {
                    var request = new StreamMsgDeleteRequest { Seq = message };
                    return (await stream.DeleteMessageAsync(NatsJobs.WorkStream, request, token)).Success;
                }
                catch (NatsJSApiException e) when (NatsErrors.IsNotFound(e) || e.Error.ErrCode == NoMessage)
                {
                    return false; // another worker has removed it
                }
            },
            cancel
        );

    /// <inheritdoc/>
    public Task GiveBackAsync(TimeSpan delay, CancellationToken cancel) => Task.CompletedTask;
}
