using System.Text.Json;

namespace Mien.Training.Benchmarks;

/// <summary>Medians over the steps of one network in one process.</summary>
/// <param name="Network">The network.</param>
/// <param name="LibTorch">The version of libtorch; only a process that has loaded it knows.</param>
/// <param name="AllocatorTuned">Whether the allocator was set; false where there is no glibc.</param>
/// <param name="Threads">Threads that computed.</param>
/// <param name="Steps">Measured steps of each kind.</param>
/// <param name="BatchSize">Images a step.</param>
/// <param name="FullSeconds">The trainer's step.</param>
/// <param name="FullFaults">Its page faults; −1 where they are not known.</param>
/// <param name="BareSeconds">Forward, backward and step alone.</param>
/// <param name="BareFaults">Their page faults; −1 where they are not known.</param>
/// <param name="Share">
/// The median over pairs of neighbouring steps of bare by full time: the full step's share of the bare speed.
/// </param>
internal sealed record StepResult(
    string Network,
    string LibTorch,
    bool AllocatorTuned,
    int Threads,
    int Steps,
    int BatchSize,
    double FullSeconds,
    double FullFaults,
    double BareSeconds,
    double BareFaults,
    double Share
)
{
    public double FullImagesPerSecond => BatchSize / FullSeconds;

    public double BareImagesPerSecond => BatchSize / BareSeconds;

    public static StepResult FromJson(string json) =>
        JsonSerializer.Deserialize<StepResult>(json) ?? throw new JsonException("expected a result.");

    public string ToJson() => JsonSerializer.Serialize(this);
}
