using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;
using Mien.Training;
using Mien.Training.Running;

namespace Mien.Lab;

/// <summary>
/// Makes a model file of a run: the graph from the description, the contract from the recipe, the temperature and the figures
/// from PublicTest, through the library as users run it.
/// </summary>
internal static class ModelExporter
{
    public const string WeightsLicence = "MIT";

    public static ModelContract Export(ExportRequest request, FaceDataset? data, Action<int, int>? progress, CancellationToken cancellationToken)
    {
        (NetworkDescription network, NetworkWeights weights, TrainingState state) = CheckpointReader.Read(request.Checkpoint);
        NetworkGraph graph = NetworkGraph.Build(network);
        (float scale, float offset) = PixelInput.Of(request.Recipe.Scaling, data?.Only(DatasetSplit.Training));
        var contract = new ModelContract
        {
            Name = request.Name,
            Width = graph.Input.Width,
            Height = graph.Input.Height,
            Scale = scale,
            Offset = offset,
            Labels = Expressions.Names,
            TrainingData = request.TrainingData,
            Recipe = RecipeFile.ToJson(request.Recipe),
            Licence = WeightsLicence,
            Metrics = new SortedDictionary<string, double>(StringComparer.Ordinal)
            {
                ["parameters"] = graph.Parameters,
                ["multiplyAdds"] = graph.MultiplyAdds,
                ["epochs"] = state.History.Count,
                ["epoch"] = state.BestEpoch,
            },
        };
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(request.Output))!);
        Write(request, graph, weights, contract);
        if (data is null)
        {
            return contract;
        }

        // Two looks through the library: logits for the temperature, then the figures of the file as it ships.
        FaceDataset dev = data.Only(DatasetSplit.PublicTest);
        contract = contract with { Temperature = (float)Temperature(request.Output, dev, n => progress?.Invoke(n, 2 * dev.Count), cancellationToken) };
        Write(request, graph, weights, contract);
        EvaluationResult result = Metrics.Compute(Predict(request.Output, dev, n => progress?.Invoke(dev.Count + n, 2 * dev.Count), cancellationToken));
        var metrics = new SortedDictionary<string, double>(contract.Metrics.ToDictionary(), StringComparer.Ordinal)
        {
            ["publicTest.count"] = result.Count,
            ["publicTest.accuracy"] = result.Accuracy,
            ["publicTest.macroF1"] = result.MacroF1,
            ["publicTest.logLoss"] = result.LogLoss,
            ["publicTest.ece"] = result.Ece,
        };
        contract = contract with { Metrics = metrics };
        Write(request, graph, weights, contract);
        return contract;
    }

    private static double Temperature(string model, FaceDataset dev, Action<int> progress, CancellationToken cancellationToken) =>
        TemperatureScaling.Fit(Predict(model, dev, progress, cancellationToken).LogitsOrLogProbabilities(), dev.Labels);

    private static Predictions Predict(string model, FaceDataset dev, Action<int> progress, CancellationToken cancellationToken)
    {
        using ExpressionClassifier classifier = ExpressionClassifier.Load(Path.GetFullPath(model));
        return new ModelEvaluator(classifier).Predict(dev, new Reporter(progress), cancellationToken);
    }

    private static void Write(ExportRequest request, NetworkGraph graph, NetworkWeights weights, ModelContract contract)
    {
        string temporary = request.Output + ".part";
        using (FileStream stream = File.Create(temporary))
        {
            OnnxExporter.Write(graph, weights, stream, new OnnxExportOptions
            {
                HalfPrecisionWeights = request.Half,
                InputName = contract.InputName,
                OutputName = contract.OutputName,
                Metadata = new Dictionary<string, string> { [ModelContract.MetadataKey] = contract.ToJson() },
            });
        }

        File.Move(temporary, request.Output, overwrite: true);
    }

    private sealed class Reporter(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
