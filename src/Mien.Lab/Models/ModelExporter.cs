using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Makes a model file of a run: the graph from the description, the contract from the recipe, temperature, threshold
/// and figures from PublicTest, through the library as users run it.
/// </summary>
internal static class ModelExporter
{
    public const string WeightsLicence = "MIT";

    /// <summary>Writes the model. A file that was there before is replaced only when the new one is complete.</summary>
    /// <param name="request">What and where.</param>
    /// <param name="data">The run's images; needed for calibration and for inputs of mean 0 and deviation 1.</param>
    /// <param name="progress">Told how many of how many images are done.</param>
    /// <param name="cancellationToken">Ends the work; nothing is written then.</param>
    /// <returns>The contract in the file.</returns>
    public static ModelContract Export(
        ExportRequest request,
        FaceDataset? data,
        Action<int, int>? progress,
        CancellationToken cancellationToken
    )
    {
        (NetworkDescription network, NetworkWeights weights, TrainingState state) = CheckpointReader.Read(
            request.Checkpoint
        );
        NetworkGraph graph = NetworkGraph.Build(network);
        (float scale, float offset) = PixelInput.Of(request.Recipe.Scaling, data?.Only(DatasetSplit.Training));
        var contract = new ModelContract
        {
            Name = request.Name ?? network.Name,
            Width = graph.Input.Width,
            Height = graph.Input.Height,
            Scale = scale,
            Offset = offset,
            Labels = Expressions.Names,
            Maps = MapsOf(graph),
            TrainingData = request.TrainingData,
            Recipe = RecipeFile.ToJson(request.Recipe),
            Licence = WeightsLicence,
            Metrics = new SortedDictionary<string, double>(StringComparer.Ordinal)
            {
                ["parameters"] = graph.Parameters,
                ["multiplyAdds"] = graph.MultiplyAdds,
                ["epochs"] = request.Epochs,
                ["epoch"] = state.History.Count, // of these weights, whether they are the best or the last ones
            },
        };
        OutputFile.WriteNamed(
            request.Output,
            part =>
            {
                Write(part, request.Half, graph, weights, contract);
                if (request.Calibrate)
                {
                    contract = Calibrate(part, contract, data!.Only(DatasetSplit.PublicTest));
                }
            }
        );
        return contract;

        // Two looks through the library: logits for the temperature, then the figures of the file as it ships.
        ModelContract Calibrate(string part, ModelContract plain, FaceDataset dev)
        {
            float[] logits = Predict(part, dev, n => progress?.Invoke(n, 2 * dev.Count), cancellationToken)
                .LogitsOrLogProbabilities();
            ModelContract scaled = plain with { Temperature = (float)TemperatureScaling.Fit(logits, dev.Labels) };
            Write(part, request.Half, graph, weights, scaled);
            EvaluationResult result = Metrics.Compute(
                Predict(part, dev, n => progress?.Invoke(dev.Count + n, 2 * dev.Count), cancellationToken)
            );
            scaled = scaled with
            {
                UncertainBelow = (float)result.RiskCoverage.Chosen.Threshold,
                Metrics = new SortedDictionary<string, double>(scaled.Metrics.ToDictionary(), StringComparer.Ordinal)
                {
                    ["publicTest.count"] = result.Count,
                    ["publicTest.accuracy"] = result.Accuracy,
                    ["publicTest.macroF1"] = result.MacroF1,
                    ["publicTest.logLoss"] = result.LogLoss,
                    ["publicTest.ece"] = result.Ece,
                },
            };
            Write(part, request.Half, graph, weights, scaled);
            return scaled;
        }
    }

    /// <summary>The output that explains results, where the network can have one.</summary>
    public static ClassMapOutput? MapsOf(NetworkGraph graph) =>
        graph.ClassMaps is not { } maps
            ? null
            : new ClassMapOutput
            {
                Name = "maps",
                Top = (float)maps.Top,
                Left = (float)maps.Left,
                Step = maps.Step,
            };

    private static Predictions Predict(
        string model,
        FaceDataset dev,
        Action<int> progress,
        CancellationToken cancellationToken
    )
    {
        using ExpressionClassifier classifier = ExpressionClassifier.Load(model);
        return new ModelEvaluator(classifier).Predict(dev, new Reporter(progress), cancellationToken);
    }

    /// <summary>Writes a graph with its weights and its contract.</summary>
    public static void Write(string file, bool half, NetworkGraph graph, NetworkWeights weights, ModelContract contract)
    {
        using FileStream stream = File.Create(file);
        OnnxExporter.Write(
            graph,
            weights,
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

    private sealed class Reporter(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
