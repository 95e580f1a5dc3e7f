using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Writes the model file of a run: the graph from the network description, the contract from the recipe. Temperature,
/// threshold and metrics are measured on PublicTest with the library, so they describe the file as users run it.
/// </summary>
internal sealed class ExportRun(CommandConsole console)
{
    private const string WeightsLicence = "MIT";

    /// <summary>The run's name or folder.</summary>
    public required string Run { get; init; }

    /// <summary>The folder of all runs; <c>null</c> uses the default folder.</summary>
    public string? Runs { get; init; }

    /// <summary>The model file; <c>null</c> uses NAME.onnx in the run folder.</summary>
    public string? Output { get; init; }

    /// <summary>The model's name; <c>null</c> uses that of the network.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the last checkpoint is exported instead of the best one.</summary>
    public bool Last { get; init; }

    /// <summary>Whether the weights are stored in half precision.</summary>
    public bool Half { get; init; }

    /// <summary>Whether the temperature is fitted and the metrics are measured on PublicTest.</summary>
    public bool Calibrate { get; init; } = true;

    public bool Quiet { get; init; }

    public required GivenData Data { get; init; }

    /// <summary>Runs the command. An existing file is replaced only by a complete new one.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        RunFolder folder = RunFolders.Find(Run, Runs);
        RunInfo info = RunInfo.Load(folder.Run);
        TrainingRecipe recipe = RecipeFile.Load(folder.Recipe);
        string checkpoint = Last ? folder.Last : folder.Best;
        if (!File.Exists(checkpoint))
        {
            string wait = Last ? "" : " until an epoch at the network's own input size is finished, or give --last";
            throw new UsageException(
                $"The run '{Path.GetFileName(folder.Path)}' has no {Path.GetFileName(checkpoint)} yet. Resume it with "
                    + $"'mien-lab resume {RunFolders.NameOf(folder)}'{wait}."
            );
        }

        (NetworkDescription network, NetworkWeights weights, TrainingState state) = CheckpointReader.Read(checkpoint);
        string name = Name ?? network.Name;
        string file = OutputPath.Prepare(Output ?? Path.Combine(folder.Path, name + ".onnx"), "--output");
        using OutputLock alone = OutputLock.Take([file]);
        FaceDataset? images =
            Calibrate || recipe.Scaling == PixelScaling.Standard
                ? (Data.Override(info.Source) with { Votes = null }).Read(console, cancellationToken)
                : null;
        if (Calibrate && images!.IndicesOf(DatasetSplit.PublicTest).Length == 0)
        {
            throw new UsageException(
                $"{images.Name} has no PublicTest images, which calibration needs. Give other --data, or "
                    + $"--uncalibrated."
            );
        }

        NetworkGraph graph = NetworkGraph.Build(network);
        (float scale, float offset) = PixelInput.Of(recipe.Scaling, images?.Only(DatasetSplit.Training));
        var contract = new ModelContract
        {
            Name = name,
            Width = graph.Input.Width,
            Height = graph.Input.Height,
            Scale = scale,
            Offset = offset,
            Labels = Expressions.Names,
            Maps = ModelFile.MapsOf(graph),
            TrainingData = info.TrainingData(recipe),
            Recipe = RecipeFile.ToJson(Teachers.WithoutFolder(recipe)),
            Licence = WeightsLicence,
            Metrics = new SortedDictionary<string, double>(StringComparer.Ordinal)
            {
                ["parameters"] = graph.Parameters,
                ["macs"] = graph.Macs,
                ["epochs"] =
                    Last || !File.Exists(folder.Last)
                        ? state.History.Count
                        : CheckpointReader.Read(folder.Last).State.History.Count,
                ["epoch"] = state.History.Count, // the epoch of the exported weights, the best or the last
            },
        };
        OutputFile.WriteNamed(
            file,
            part =>
            {
                ModelFile.Write(part, Half, graph, weights, contract);
                if (Calibrate)
                {
                    contract = Calibrated(contract, part, graph, weights, images!, cancellationToken);
                    ModelFile.Write(part, Half, graph, weights, contract);
                }
            }
        );
        WriteResult(file, contract);
        return ExitCodes.Done;
    }

    /// <summary>
    /// Runs PublicTest twice through the library: once for the logits that the temperature is fitted on, and once for
    /// the metrics of the final file.
    /// </summary>
    private ModelContract Calibrated(
        ModelContract plain,
        string file,
        NetworkGraph graph,
        NetworkWeights weights,
        FaceDataset images,
        CancellationToken cancellationToken
    )
    {
        FaceDataset validation = images.Only(DatasetSplit.PublicTest);
        using WorkProgress bar = WorkProgress.Start(
            "Calibrating",
            2 * validation.Count,
            new WorkProgressOptions
            {
                Console = console,
                Quiet = Quiet,
                Unit = "images",
            }
        );
        float[] logits = Predict(0).LogitsOrLogProbabilities();
        ModelContract scaled = plain with { Temperature = (float)TemperatureScaling.Fit(logits, validation.Labels) };
        ModelFile.Write(file, Half, graph, weights, scaled);
        EvaluationResult result = Metrics.Compute(Predict(validation.Count));
        return scaled with
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

        Predictions Predict(int before)
        {
            using ExpressionClassifier classifier = ExpressionClassifier.Load(file);
            return new ModelEvaluator(classifier).Predict(
                validation,
                new ImmediateProgress<int>(done => bar.Report(before + done)),
                cancellationToken
            );
        }
    }

    private void WriteResult(string file, ModelContract contract)
    {
        string below = contract.UncertainBelow is { } threshold
            ? string.Create(CultureInfo.InvariantCulture, $", uncertain below {threshold:F2}")
            : "";
        string publicTest = contract.Metrics.TryGetValue("publicTest.accuracy", out double accuracy)
            ? string.Create(CultureInfo.InvariantCulture, $", PublicTest {accuracy:P2}")
            : "";
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{file}: {ModelFile.Size(file)}, temperature {contract.Temperature:F3}{below}{publicTest}"
            )
        );
    }
}
