using System.Text.Json;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// The progress of the running trial, which <c>progress.json</c> passes to <c>mien-lab experiment status</c>.
/// </summary>
internal sealed record TrialProgress(
    string Trial,
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    double ImagesPerSecond,
    double SecondsLeft
)
{
    public static TrialProgress Of(string trial, TrainingProgress p) =>
        new(
            trial,
            p.Epoch,
            p.Epochs,
            p.Batch,
            p.Batches,
            Math.Round(p.ImagesPerSecond, 1),
            Math.Round(p.Remaining.TotalSeconds)
        );

    public void Save(string path) =>
        OutputFile.WriteText(path, JsonSerializer.Serialize(this, ReadableJson.Options) + "\n");

    /// <summary>
    /// Reads the last progress; <c>null</c> if the file is missing or unreadable, since it is only for display.
    /// </summary>
    public static TrialProgress? Load(string path)
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize<TrialProgress>(File.ReadAllText(path), ReadableJson.Options)
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }
}
