using System.Net.Sockets;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace Mien.Workers;

/// <summary>Turns the exceptions of the NATS client into errors that say what to do.</summary>
internal static class NatsErrors
{
    private const int NotFound = 404;
    private const int Unavailable = 503;

    /// <summary>The server has JetStream turned off, or the account has none.</summary>
    private static readonly int[] NoJetStreamCodes = [10076, 10039];

    /// <summary>The limits of the account, the server or its disk are used up.</summary>
    private static readonly int[] NoRoom = [10002, 10023, 10028, 10047, 10077];

    /// <summary>Checks whether an exception comes from the client or the network.</summary>
    public static bool IsOfServer(Exception e) =>
        e is NatsException or SocketException or IOException or ObjectDisposedException or TimeoutException;

    /// <summary>Checks whether an exception says that what was asked for does not exist.</summary>
    public static bool IsNotFound(Exception e) => e is NatsJSApiException { Error.Code: NotFound };

    /// <summary>Checks whether a call has failed because nobody on the server answers JetStream's requests.</summary>
    public static bool IsWithoutJetStream(QueueException e) =>
        Chain(e).Any(inner => inner is NatsNoRespondersException or NatsJSApiNoResponseException);

    /// <summary>Makes the error for a server or account without JetStream.</summary>
    public static QueueException NoJetStream(string server, Exception e) =>
        new(
            "natsNoJetStream",
            $"The NATS server {server} has no JetStream for this account ({e.GetBaseException().Message}). Start it "
                + "with 'nats-server -js -sd FOLDER', or use an account with JetStream.",
            e
        );

    /// <summary>Makes the error for a call that has failed.</summary>
    /// <param name="e">What the client has thrown.</param>
    /// <param name="server">The address, without credentials.</param>
    /// <param name="said">The last error that the server has sent by itself; may be <see langword="null"/>.</param>
    public static QueueException Call(Exception e, string server, string? said)
    {
        string reported = said is null ? "" : $" The server has reported: {said}.";
        return e switch
        {
            NatsConnectionFailedException => Refused(server, e.Message, e),
            NatsPayloadTooLargeException => new QueueException(
                "natsError",
                $"The NATS server {server} takes no message of this size ({e.Message}). Raise max_payload in its "
                    + "configuration, or queue the photos in smaller shards (--shard-size).",
                e
            ),
            NatsJSApiException api when NoJetStreamCodes.Contains(api.Error.ErrCode) => NoJetStream(server, e),
            NatsJSApiException api when NoRoom.Contains(api.Error.ErrCode) => new QueueException(
                "natsFull",
                $"The NATS server {server} has no room left ({api.Message}). Raise the limits of JetStream or free its "
                    + "disk.",
                e
            ),
            NatsJSApiException api when api.Error.Code != Unavailable && !IsNotFound(api) => new QueueException(
                "natsError",
                $"The NATS server {server} has refused a request: {api.Message} ({api.Error.ErrCode}).{reported}",
                e
            ),
            _ => new QueueException(
                "natsUnavailable",
                $"The NATS server {server} does not answer ({e.Message}).{reported} Check the server and the network.",
                e,
                isTransient: true
            ),
        };
    }

    /// <summary>Makes the error for a connection that could not be opened.</summary>
    public static QueueException Connect(Exception e, string server) =>
        Chain(e).OfType<NatsServerException>().FirstOrDefault() is { IsAuthError: true } refused
            ? Refused(server, refused.Error, e)
            : new QueueException(
                "natsUnavailable",
                $"The NATS server {server} cannot be reached ({Chain(e).Last().Message}). Check the address, that the "
                    + "server runs, and whether it needs TLS.",
                e,
                isTransient: true
            );

    private static QueueException Refused(string server, string message, Exception e) =>
        new(
            "natsRefused",
            $"The NATS server {server} has refused the credentials ({message}). Check the variables MIEN_NATS_USER and "
                + "MIEN_NATS_PASSWORD, MIEN_NATS_TOKEN, or the credentials file.",
            e
        );

    private static IEnumerable<Exception> Chain(Exception e)
    {
        for (Exception? next = e; next is not null; next = next.InnerException)
        {
            yield return next;
        }
    }
}
