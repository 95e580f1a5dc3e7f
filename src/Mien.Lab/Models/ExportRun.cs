using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// Makes a model file of a run: the graph from the description, the contract from the recipe, temperature, threshold
/// and figures from PublicTest, through the library as users run it.
/// </summary>
internal sealed class ExportRun(CommandConsole console)
{
    private const string WeightsLicence = "MIT";

    /// <summary>The run's name or folder.</summary>
    public required string Run { get; init; }

    /// <summary>Where run folders lie; <c>null</c>: the usual place.</summary>
    public string? Runs { get; init; }

    /// <summary>The model file; <c>null</c>: in the run's folder.</summary>
    public string? Output { get; init; }

    /// <summary>The model's name; <c>null</c>: the network's.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the newest checkpoint is exported and not the best.</summary>
    public bool Last { get; init; }

    /// <summary>Whether weights are stored in half precision.</summary>
    public bool Half { get; init; }

    /// <summary>Whether a temperature is fitted and figures are measured on PublicTest.</summary>
    public bool Calibrate { get; init; } = true;

    public bool Quiet { get; init; }

    public required GivenData Data { get; init; }

    /// <summary>Does the work. A file that was there before is replaced only when the new one is complete.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        RunFolder folder = RunFolders.Find(Run, Runs);
        RunInfo info = RunInfo.Load(folder.Run);
        TrainingRecipe recipe = RecipeFile.Load(folder.Recipe);
        string checkpoint = Last ? folder.Last : folder.Best;
        if (!File.Exists(checkpoint))
        {
            string wait = Last ? "" : " until an epoch at the network's own input size has ended, or give --last";
            throw new UsageException(
                $"The run '{Path.GetFileName(folder.Path)}' has no {Path.GetFileName(checkpoint)} yet. Go on with "
                    + $"'mien-lab resume {RunFolders.NameOf(folder)}'{wait}."
            );
        }

        (NetworkDescription network, NetworkWeights weights, TrainingState state) = CheckpointReader.Read(checkpoint);
        string name = Name ?? network.Name;
        string file = OutputPath.Prepare(Output ?? Path.Combine(folder.Path, name + ".onnx"), "--output");
        FaceDataset? images =
            Calibrate || recipe.Scaling == PixelScaling.Standard
                ? (Data.Override(info.Source) with { Votes = null }).Read(console, cancellationToken)
                : null;
        if (Calibrate && images!.IndicesOf(DatasetSplit.PublicTest).Length == 0)
        {
            throw new UsageException(
                $"{images.Name} has no PublicTest image, on which the temperature is fitted. Give "
                    + $"other --data, or --uncalibrated."
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
                ["epoch"] = state.History.Count, // of these weights, whether they are the best or the last ones
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
    /// Two looks through the library: logits for the temperature, then the figures of the file as it ships.
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
        string right = contract.Metrics.TryGetValue("publicTest.accuracy", out double accuracy)
            ? string.Create(CultureInfo.InvariantCulture, $", PublicTest {accuracy:P2}")
            : "";
        console.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{file}: {ModelFile.Size(file)}, temperature {contract.Temperature:F3}{below}{right}"
            )
        );
    }
}
