using System.Text.Json;

namespace Mien.Lab.Tests;

/// <summary>
/// A finished training of three epochs with <c>mien-lab train</c>. The tests share it, so none may change it.
/// </summary>
public sealed class TrainedRun : IDisposable
{
    public const int Epochs = 3;
    public const int TrainingEach = 56;
    public const int PublicTestEach = 6;
    public const string Name = "first";

    private readonly TempFolder folder = new();

    public TrainedRun()
    {
        Csv = folder.Write("data/made.csv", MadeCsv.Of(TrainingEach, PublicTestEach));
        Network = folder.Write("tiny.json", MadeData.Network);
        Recipe = folder.Write(
            "recipe.json",
            $$"""
            {
              // a comment, and a trailing comma
              "network": {{JsonSerializer.Serialize(Network)}},
              "threads": 1,
              "epochs": {{Epochs}},
              "batchSize": 56,
              "learningRate": 0.1,
              "ema": 0.9,
            }
            """
        );
        Result = Lab.Run("train", Recipe, "--data", Csv, "--runs", Runs, "--name", Name);
    }

    public string Csv { get; }

    public string Network { get; }

    public string Recipe { get; }

    public string Runs => folder["runs"];

    public string Run => Path.Combine(Runs, Name);

    /// <summary>The output of the training.</summary>
    public LabResult Result { get; }

    /// <summary>Trains another run with the same recipe and data.</summary>
    /// <param name="runs">The folder of runs.</param>
    /// <param name="name">The name of the run.</param>
    /// <param name="epochs">The number of epochs.</param>
    /// <param name="more">Further arguments.</param>
    public LabResult Train(string runs, string name, int epochs, params string[] more) =>
        Lab.Run(["train", Recipe, "--data", Csv, "--runs", runs, "--name", name, "--epochs", $"{epochs}", .. more]);

    /// <summary>Copies the run into another folder of runs, for a test to change.</summary>
    public string CopyTo(string runs)
    {
        string copy = Path.Combine(runs, Name);
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(Run))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    public void Dispose() => folder.Dispose();
}
