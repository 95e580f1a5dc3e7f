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

    /// <summary>The normalisation of each crop; <c>null</c> uses that of the recipe.</summary>
    public CropNormalisationKind? Normalisation { get; init; }

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
        NetworkGraph graph = NetworkGraph.Build(network);
        DataSource source = Data.Override(info.Source);
        if (Calibrate && source.Votes is null && graph.Heads.Contains(LabelSets.FerPlus))
        {
            throw new UsageException(
                $"The head '{LabelSets.FerPlus}' is calibrated on FER+ votes, and the run has none. Give "
                    + $"fer2013new.csv with --votes, or --uncalibrated."
            );
        }

        FaceDataset? images =
            Calibrate || recipe.Scaling == PixelScaling.Standard
                ? (graph.Heads.Count > 0 ? source : source with { Votes = null }).Read(console, cancellationToken)
                : null;
        if (Calibrate && images!.IndicesOf(DatasetSplit.PublicTest).Length == 0)
        {
            throw new UsageException(
                $"{images.Name} has no PublicTest images, which calibration needs. Give other --data, or "
                    + $"--uncalibrated."
            );
        }

        (float scale, float offset) = PixelInput.Of(
            recipe.Scaling,
            images is null ? null : Folds.Trained(recipe, images)
        );
        var contract = new ModelContract
        {
            Name = name,
            Width = graph.Input.Width,
            Height = graph.Input.Height,
            Scale = scale,
            Offset = offset,
            Labels = Expressions.Names,
            Maps = ModelFile.MapsOf(graph),
            FeaturesName = ModelFile.FeaturesOf(graph),
            Heads = graph.Heads.Count == 0 ? null : [.. graph.Heads.Select((h, i) => Head(h, i, info, recipe))],
            Blend = graph.Heads.Count == 0 ? null : new HeadBlend { Weights = EqualWeights(graph.Heads.Count) },
            CropNormalisation = CropNormaliser.Of(Normalisation ?? recipe.CropNormalisation),
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
                    contract =
                        graph.Heads.Count > 0
                            ? CalibratedHeads(contract, part, graph, weights, images!, cancellationToken)
                            : ModelCalibration.Calibrate(
                                contract,
                                part,
                                c => ModelFile.Write(part, Half, graph, weights, c),
                                images!.Only(DatasetSplit.PublicTest),
                                new WorkProgressOptions
                                {
                                    Console = console,
                                    Quiet = Quiet,
                                    Unit = "images",
                                },
                                cancellationToken
                            );
                    ModelFile.Write(part, Half, graph, weights, contract);
                }
            }
        );
        WriteResult(file, contract);
        return ExitCodes.Done;
    }

    /// <summary>
    /// Runs PublicTest once through the library, for the logits of all heads, and calibrates the heads and their blend.
    /// </summary>
    private ModelContract CalibratedHeads(
        ModelContract plain,
        string file,
        NetworkGraph graph,
        NetworkWeights weights,
        FaceDataset images,
        CancellationToken cancellationToken
    )
    {
        FaceDataset validation = images.Only(DatasetSplit.PublicTest);
        ModelFile.Write(file, Half, graph, weights, plain);
        float[][] logits = HeadOutputs.Read(
            ExpressionClassifier.Load(file),
            validation,
            WorkProgress.Start(
                "Calibrating",
                validation.Count,
                new WorkProgressOptions
                {
                    Console = console,
                    Quiet = Quiet,
                    Unit = "images",
                }
            ),
            cancellationToken
        );
        ModelHead[] heads =
        [
            .. plain.Heads!.Select((head, i) => HeadCalibration.Calibrate(head, logits[i], validation)),
        ];
        return plain with
        {
            Heads = heads,
            Blend = HeadCalibration.Blend(plain.Blend!.Weights, heads, logits, validation),
        };
    }

    private static ModelHead Head(string name, int place, RunInfo info, TrainingRecipe recipe) =>
        new()
        {
            Name = name,
            Offset = place * Expressions.Count,
            TrainingData = info.TrainingDataOf(name, recipe),
        };

    private static float[] EqualWeights(int count) => [.. Enumerable.Repeat(1f / count, count)];

    private void WriteResult(string file, ModelContract contract)
    {
        if (contract.Heads is not null)
        {
            console.Out.WriteLine($"{file}: {ModelFile.Size(file)}");
            HeadTable.Write(console, contract);
            return;
        }

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
