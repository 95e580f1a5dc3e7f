using Mien.Workers;

namespace Mien.Cli;

/// <summary>The options of one run of <c>mien enqueue</c>.</summary>
internal sealed record EnqueueRequest
{
    /// <summary>Folders, patterns, files and lists, as given.</summary>
    public required IReadOnlyList<string> Photos { get; init; }

    /// <summary>The folder that the workers see as their root; <c>null</c> for the one that is given.</summary>
    public string? Root { get; init; }

    /// <summary>The folder of the results, relative to the workers' output root, or a full path.</summary>
    public required string Output { get; init; }

    /// <summary>The name of the job; <c>null</c> makes one from the output folder.</summary>
    public string? Name { get; init; }

    /// <summary>The maximum number of photos of a shard.</summary>
    public required int ShardSize { get; init; }

    /// <summary>Model, detector and limits, to check them.</summary>
    public required JobSettings Settings { get; init; }

    /// <summary>The options that travel with the job.</summary>
    public required IReadOnlyList<string> Options { get; init; }

    public required NatsSettings Nats { get; init; }

    public bool Quiet { get; init; }
}
