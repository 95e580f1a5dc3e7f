using Mien.Keras;
using Mien.Networks;

namespace Mien.Lab;

/// <summary>Writes an imported model as an ONNX file with a contract.</summary>
internal static class ImportedModelWriter
{
    /// <summary>
    /// Writes the file and loads it once with the library as a check. An existing file is replaced only if the new one
    /// loads.
    /// </summary>
    /// <exception cref="KerasException">A weight is not a finite number.</exception>
    /// <exception cref="MienException">The model cannot be loaded or run.</exception>
    public static void Write(KerasModel model, ModelContract contract, string file, bool half)
    {
        try
        {
            NetworkGraph graph = NetworkGraph.Build(model.PredictingNetwork);
            contract = contract with { Maps = ModelFile.MapsOf(graph), FeaturesName = ModelFile.FeaturesOf(graph) };
            OutputFile.WriteNamed(
                file,
                part =>
                {
                    ModelFile.Write(part, half, graph, model.Weights, contract);
                    ExpressionClassifier.Load(part).Dispose();
                }
            );
        }
        catch (NetworkException e)
        {
            throw new KerasException(ErrorKind.BadInput, "badWeights", e.Message, e.Layer, e);
        }
    }
}
