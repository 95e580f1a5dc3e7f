using System.Security.Authentication;

namespace Mien.Workers;

/// <summary>Makes calls of a NATS server within a time, and turns what they throw into errors. Thread-safe.</summary>
internal sealed class NatsCalls(string server, TimeSpan timeout)
{
    private volatile string? said;

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout => timeout;

    /// <summary>
    /// The last error that the server has sent by itself, such as a missing permission; <see langword="null"/> if none.
    /// </summary>
    public string? Said
    {
        get => said;
        set => said = value;
    }

    /// <summary>
    /// Makes a call. While there is no connection, the client would wait for one without end, so each call has a limit.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="cancel">Cancels it.</param>
    /// <param name="wait">How long the server lets the call wait, in addition to the time for an answer.</param>
    /// <exception cref="QueueException">The server does not answer, or has refused the call.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<T> MakeAsync<T>(
        Func<CancellationToken, Task<T>> call,
        CancellationToken cancel,
        TimeSpan wait = default
    )
    {
        cancel.ThrowIfCancellationRequested();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout + wait);
        try
        {
            return await call(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            cancel.ThrowIfCancellationRequested();
            throw Error(e);
        }
        catch (Exception e) when (NatsErrors.IsOfServer(e))
        {
            throw Error(e);
        }
    }

    /// <summary>Opens the connection.</summary>
    /// <exception cref="QueueException">No server can be reached, or it has refused the credentials.</exception>
    public async Task ConnectAsync(Func<ValueTask> connect, CancellationToken cancel)
    {
        try
        {
            await connect().AsTask().WaitAsync(cancel);
        }
        catch (Exception e)
            when (NatsErrors.IsOfServer(e) || e is AuthenticationException or ArgumentException or FormatException)
        {
            throw NatsErrors.Connect(e, server);
        }
    }

    /// <summary>Makes the error for something that the client has thrown, or for an answer that did not come.</summary>
    public QueueException Error(Exception e) =>
        NatsErrors.Call(
            e is OperationCanceledException ? new TimeoutException("no answer in time", e) : e,
            server,
            said
        );
}
