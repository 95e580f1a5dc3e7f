using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace Mien.Server;

/// <summary>
/// Rate limit per client: a token bucket for each API key, or for each IP address if no keys are configured.
/// </summary>
internal static class ClientRates
{
    public static void Configure(RateLimiterOptions limiter, ServerOptions options)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.OnRejected = async (rejected, _) =>
        {
            TimeSpan wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after)
                ? after
                : TimeSpan.FromSeconds(1);
            await ProblemWriter.WriteAsync(
                rejected.HttpContext,
                ProblemKind.TooManyRequests,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"This client sends more than {options.Rate} requests per second. Wait for the time in "
                        + $"Retry-After, or send several images in one request."
                ),
                wait
            );
        };
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            options.Rate <= 0 || !context.Request.Path.StartsWithSegments("/v1")
                ? RateLimitPartition.GetNoLimiter("")
                : RateLimitPartition.GetTokenBucketLimiter(Client(context), _ => Bucket(options))
        );
    }

    private static TokenBucketRateLimiterOptions Bucket(ServerOptions options)
    {
        // The limiter adds a whole number of tokens per period. So the period is at least the time for one token, which
        // is more than a second at rates below 1.
        double period = Math.Max(0.1, 1 / options.Rate);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.RateBurst,
            TokensPerPeriod = Math.Max(1, (int)Math.Round(options.Rate * period)),
            ReplenishmentPeriod = TimeSpan.FromSeconds(period),
            AutoReplenishment = false, // the partitioned limiter replenishes all buckets
            QueueLimit = 0,
        };
    }

    private static string Client(HttpContext context)
    {
        if (ApiKeyCheck.KeyOf(context) is { } key)
        {
            return string.Create(CultureInfo.InvariantCulture, $"key {key}");
        }

        IPAddress address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // A customer usually gets a whole /64 network, so all of its addresses share a limit.
            byte[] bytes = address.GetAddressBytes();
            bytes.AsSpan(8).Clear();
            address = new IPAddress(bytes);
        }

        return address.ToString();
    }
}
