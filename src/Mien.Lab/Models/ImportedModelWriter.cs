using Mien.Keras;
using Mien.Networks;

namespace Mien.Lab;

/// <summary>Writes an imported model as an ONNX file with its contract.</summary>
internal static class ImportedModelWriter
{
    /// <summary>
    /// Writes the file and loads it once as users do. A file that was there before is replaced only when the new one
    /// works.
    /// </summary>
    /// <exception cref="KerasException">A weight is not finite.</exception>
    /// <exception cref="MienException">The model does not run.</exception>
    public static void Write(KerasModel model, ModelContract contract, string file, bool half)
    {
        string temporary = file + ".part";
        try
        {
            NetworkGraph graph = NetworkGraph.Build(model.PredictingNetwork);
            contract = contract with { Maps = ModelExporter.MapsOf(graph) };
            using (FileStream stream = File.Create(temporary))
            {
                OnnxExporter.Write(
                    graph,
                    model.Weights,
                    stream,
                    new OnnxExportOptions
                    {
                        HalfPrecisionWeights = half,
                        InputName = contract.InputName,
                        OutputName = contract.OutputName,
                        MapsOutputName = contract.Maps?.Name,
                        Metadata = new Dictionary<string, string> { [ModelContract.MetadataKey] = contract.ToJson() },
                    }
                );
            }

            ExpressionClassifier.Load(temporary).Dispose();
            File.Move(temporary, file, overwrite: true);
        }
        catch (NetworkException e)
        {
            throw new KerasException("badWeights", e.Message, e.Layer, e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
