using Mien.Training;

namespace Mien.Lab;

/// <summary>What is exported, and as what.</summary>
/// <param name="Checkpoint">A safetensors file of a run.</param>
/// <param name="Recipe">The recipe of that run.</param>
/// <param name="Epochs">The epochs that the run has trained so far.</param>
/// <param name="Name">The model's name, or <c>null</c> for the network's.</param>
/// <param name="TrainingData">What it was trained on, in words.</param>
/// <param name="Output">The ONNX file; its folder is there.</param>
/// <param name="Half">Whether weights are stored in half precision.</param>
/// <param name="Calibrate">Whether a temperature is fitted and figures are measured on PublicTest.</param>
internal sealed record ExportRequest(
    string Checkpoint,
    TrainingRecipe Recipe,
    int Epochs,
    string? Name,
    string TrainingData,
    string Output,
    bool Half,
    bool Calibrate
);
