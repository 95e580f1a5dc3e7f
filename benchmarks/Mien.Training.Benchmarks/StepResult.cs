using System.Text.Json;

namespace Mien.Training.Benchmarks;

/// <summary>Medians over the steps of one network in one process.</summary>
/// <param name="Network">The network.</param>
/// <param name="LibTorch">The version of libtorch, which only a process that has loaded it knows.</param>
/// <param name="AllocatorTuned">Whether the allocator was tuned; false without glibc.</param>
/// <param name="Threads">The number of compute threads.</param>
/// <param name="Steps">The number of measured steps of each kind.</param>
/// <param name="BatchSize">Images per step.</param>
/// <param name="FullSeconds">The seconds of the trainer's step.</param>
/// <param name="FullFaults">Its page faults; −1 if unknown.</param>
/// <param name="BareSeconds">The seconds of forward, backward and optimizer step alone.</param>
/// <param name="BareFaults">Their page faults; −1 if unknown.</param>
/// <param name="Share">
/// The median ratio of bare to full time over pairs of neighbouring steps: the full step's share of the bare speed.
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
