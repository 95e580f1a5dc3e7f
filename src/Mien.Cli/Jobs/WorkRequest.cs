using System.Net;

namespace Mien.Cli;

/// <summary>The options of <c>mien work</c>, but for the connection.</summary>
internal sealed record WorkRequest
{
    /// <summary>The folder of the photos; nothing else is read.</summary>
    public required string Root { get; init; }

    /// <summary>The folder of the results; nothing is written elsewhere.</summary>
    public required string OutputRoot { get; init; }

    /// <summary>Models besides the built-in ones: their files.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The number of threads; 0 uses one per logical core.</summary>
    public int Threads { get; init; }

    public InferenceDevice Device { get; init; }

    /// <summary>Whether to end when nothing is left.</summary>
    public bool UntilEmpty { get; init; }

    /// <summary>
    /// How long the worker may take to end after SIGTERM: to finish the shard in hand, or to give it back in time.
    /// </summary>
    public TimeSpan Grace { get; init; }

    /// <summary>How long a worker may be silent; <c>null</c> uses the default.</summary>
    public TimeSpan? Lease { get; init; }

    /// <summary>The port for health and metrics; <c>null</c> listens nowhere.</summary>
    public int? HealthPort { get; init; }

    /// <summary>The address for health and metrics.</summary>
    public IPAddress HealthAddress { get; init; } = IPAddress.Loopback;

    /// <summary>The collector of metrics; <c>null</c> sends none.</summary>
    public Uri? OtlpEndpoint { get; init; }

    public bool Quiet { get; init; }

    /// <summary>The number of photos that are processed at the same time.</summary>
    public int ThreadCount => Threads > 0 ? Threads : Environment.ProcessorCount;
}
