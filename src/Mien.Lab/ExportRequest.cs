using Mien.Training;

namespace Mien.Lab;

/// <summary>What is exported, and as what.</summary>
/// <param name="Checkpoint">A safetensors file of a run.</param>
/// <param name="Recipe">The recipe of that run.</param>
/// <param name="Name">The model's name.</param>
/// <param name="TrainingData">What it was trained on, in words.</param>
/// <param name="Output">The ONNX file.</param>
/// <param name="Half">Whether weights are stored in half precision.</param>
internal sealed record ExportRequest(string Checkpoint, TrainingRecipe Recipe, string Name, string TrainingData, string Output, bool Half);
