using System.Globalization;
using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;

namespace Mien.Lab;

/// <summary>Adds a head for the FER+ votes to a model file, on the features of its last dense layer.</summary>
internal sealed class AddHeadRun(CommandConsole console)
{
    private static readonly float[] BlendWeights = [0.5f, 0.5f];

    /// <summary>A built-in model or an ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>The file to write.</summary>
    public required string Output { get; init; }

    /// <summary>The penalty of the new weights.</summary>
    public double L2 { get; init; } = new LinearHeadFitOptions().WeightL2;

    /// <summary>The file that keeps the features; <c>null</c> uses one beside the output, which is deleted.</summary>
    public string? Features { get; init; }

    /// <summary>Threads of the network; 0: one per core.</summary>
    public int Threads { get; init; }

    public bool Quiet { get; init; }

    public required GivenData Data { get; init; }

    /// <summary>Runs the command. An existing file is replaced only by a complete new one.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(CancellationToken cancellationToken)
    {
        if (!(L2 >= 0) || !double.IsFinite(L2) || Threads < 0)
        {
            throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"--l2 is {L2} and --threads is {Threads}, expected numbers of 0 or more."
                )
            );
        }

        string file = OutputPath.Prepare(Output, "--output");
        string kept = OutputPath.Prepare(Features ?? Output + ".features", "--features");
        (byte[] bytes, ModelContract contract) = Load();
        int[] expressionOf = SevenLabels.Check(contract);
        OnnxLastLayer layer = OnnxLastLayer.Find(bytes, contract.OutputName, Model);
        CheckLayer(layer, contract);
        if (contract.FeaturesName is null)
        {
            contract = contract with { FeaturesName = ModelFile.Features };
            bytes = layer.WithFeatures(ModelFile.Features, Metadata(contract), Model);
            layer = OnnxLastLayer.Find(bytes, contract.OutputName, Model);
        }

        DataSource source = Data.Source();
        if (source.Votes is null)
        {
            throw new UsageException(
                "No FER+ votes are given, which the new head is fitted to. Use --votes FILE (fer2013new.csv)."
            );
        }

        using OutputLock alone = OutputLock.Take([file, kept]);
        FaceDataset images = source.Read(console, cancellationToken);
        FaceDataset train = images.Only(DatasetSplit.Training);
        FaceDataset validation = images.Only(DatasetSplit.PublicTest);
        if (train.Count == 0 || validation.Count == 0)
        {
            throw new UsageException(
                $"{images.Name} has {train.Count} images in Training, which the head is fitted on, and "
                    + $"{validation.Count} in PublicTest, which it is calibrated on; expected both. Give other --data."
            );
        }

        (float[] weights, float[] bias) = Fit(layer, contract, bytes, kept, train, expressionOf, cancellationToken);
        byte[] widened = layer.Widen(weights, bias, contract.Maps?.Name, Metadata(contract), Model);
        OnnxLastLayer both = OnnxLastLayer.Find(widened, contract.OutputName, Model);
        ModelContract result = WithHeads(contract, layer, images.Name, train.Count);
        float[][] logits = HeadOutputs.Read(
            ExpressionClassifier.Load(
                new MemoryStream(both.Widen([], [], null, Metadata(result), Model)),
                new ClassifierOptions { Threads = Threads },
                Model
            ),
            validation,
            Start("Calibrating", validation.Count, "images"),
            cancellationToken
        );
        result = Calibrated(result, logits, validation);
        if (Features is null)
        {
            File.Delete(kept);
        }

        OutputFile.WriteBytes(file, both.Widen([], [], null, Metadata(result), Model));
        WriteResult(file, result);
        return ExitCodes.Done;
    }

    private static Dictionary<string, string> Metadata(ModelContract contract) =>
        new() { [ModelContract.MetadataKey] = contract.ToJson() };

    private (byte[] Bytes, ModelContract Contract) Load()
    {
        // Loading the model checks the file and its contract.
        using ExpressionClassifier classifier = ExpressionClassifier.Load(Model);
        return (ModelFile.Read(Model), classifier.Contract);
    }

    private void CheckLayer(OnnxLastLayer layer, ModelContract contract)
    {
        if (contract.Heads is { } heads)
        {
            throw new UsageException(
                $"{Model}: the model has the heads {string.Join(", ", heads.Select(h => h.Name))} already, expected a "
                    + $"model with one head."
            );
        }

        if (contract.Output != ModelOutput.Logits)
        {
            throw new UsageException($"{Model}: the model outputs probabilities, expected logits.");
        }

        if (layer.Units != Expressions.Count || layer.Features > LabelSet.MaxLabels)
        {
            throw new UsageException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Model}: its last dense layer has {layer.Units} units on {layer.Features:N0} features, expected "
                        + $"{Expressions.Count} units on at most {LabelSet.MaxLabels:N0} features."
                )
            );
        }
    }

    private (float[] Weights, float[] Bias) Fit(
        OnnxLastLayer layer,
        ModelContract contract,
        byte[] bytes,
        string kept,
        FaceDataset train,
        int[] expressionOf,
        CancellationToken cancellationToken
    )
    {
        float[] features = new float[train.Count * layer.Features];
        using (FeatureFile file = FeatureFile.Open(kept, bytes, train, features))
        using (ExpressionClassifier model = OpenFeatures(layer, contract))
        using (WorkProgress bar = Start("Features", train.Count, "images", file.Rows))
        {
            OutputReader.Read(
                model,
                train,
                features,
                file.Rows,
                new ImmediateProgress<int>(done =>
                {
                    file.Append(features, done);
                    bar.Report(done);
                }),
                cancellationToken
            );
        }

        // In the label order of the model, as the rows of its last layer are.
        float[] targets = new float[train.Count * Expressions.Count];
        double[] older = new double[targets.Length];
        for (int i = 0; i < train.Count; i++)
        {
            for (int c = 0; c < Expressions.Count; c++)
            {
                int place = (i * Expressions.Count) + c;
                targets[place] = train.VoteDistributions![(i * Expressions.Count) + expressionOf[c]];
                double sum = layer.Bias[c];
                for (int f = 0; f < layer.Features; f++)
                {
                    sum += (double)layer.Weights[(c * layer.Features) + f] * features[(i * layer.Features) + f];
                }

                older[place] = sum;
            }
        }

        var standardisation = FeatureStandardisation.Of(features, layer.Features);
        using WorkProgress fitting = Start("Fitting", 0, "evaluations");
        return LinearHeadFit
            .Fit(
                standardisation.Apply(features),
                layer.Features,
                older,
                targets,
                Expressions.Count,
                new LinearHeadFitOptions { WeightL2 = L2 },
                new ImmediateProgress<int>(done => fitting.Report(done)),
                cancellationToken
            )
            .Combine(standardisation, layer.Weights, layer.Bias);
    }

    private ExpressionClassifier OpenFeatures(OnnxLastLayer layer, ModelContract contract) =>
        RawModel.Open(
            layer.WithFeatureOutput(RawModel.Metadata(contract, layer.FeatureName, layer.Features)),
            Model,
            Threads
        );

    private ModelContract WithHeads(ModelContract contract, OnnxLastLayer layer, string data, int trainingImages)
    {
        string? before = contract.TrainingData is { } text ? RunInfo.CurrentWording(text) : null;
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach ((string name, double value) in contract.Metrics)
        {
            if (!name.StartsWith("publicTest.", StringComparison.Ordinal))
            {
                metrics[name] =
                    value
                    + name switch
                    {
                        "parameters" => Expressions.Count * (layer.Features + 1),
                        "macs" => Expressions.Count * layer.Features,
                        _ => 0,
                    };
            }
        }

        return contract with
        {
            Heads =
            [
                new ModelHead
                {
                    Name = LabelSets.Fer2013,
                    Offset = 0,
                    Temperature = contract.Temperature,
                    UncertainBelow = contract.UncertainBelow,
                    TrainingData = before,
                },
                new ModelHead
                {
                    Name = LabelSets.FerPlus,
                    Offset = Expressions.Count,
                    TrainingData = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{data}, split Training ({trainingImages:N0} images), FER+ votes; a linear layer on the "
                            + $"features of the network, which stays as it is (L2 {L2})"
                    ),
                },
            ],
            Blend = new HeadBlend { Weights = BlendWeights },
            Temperature = 1,
            UncertainBelow = null,
            TrainingData = before,
            Metrics = metrics,
        };
    }

    private static ModelContract Calibrated(ModelContract contract, float[][] logits, FaceDataset validation)
    {
        // The first head stays as it is, its temperature and threshold included.
        ModelHead[] heads =
        [
            .. contract.Heads!.Select(
                (head, i) => HeadCalibration.Calibrate(head, logits[i], validation, keep: i == 0)
            ),
        ];
        return contract with { Heads = heads, Blend = HeadCalibration.Blend(BlendWeights, heads, logits, validation) };
    }

    private WorkProgress Start(string title, long total, string unit, long alreadyDone = 0) =>
        WorkProgress.Start(
            title,
            total,
            new WorkProgressOptions
            {
                Console = console,
                Quiet = Quiet,
                Unit = unit,
                AlreadyDone = alreadyDone,
                PlainInterval = TimeSpan.FromMinutes(1),
            }
        );

    private void WriteResult(string file, ModelContract contract)
    {
        console.Out.WriteLine($"{file}: {ModelFile.Size(file)}");
        HeadTable.Write(console, contract);
    }
}
