using System.Text.Json;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Where the running trial stands: what <c>progress.json</c> keeps for those who ask meanwhile.</summary>
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

    /// <summary>What was kept last, or <c>null</c> where nothing readable is there: it is only a display.</summary>
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
