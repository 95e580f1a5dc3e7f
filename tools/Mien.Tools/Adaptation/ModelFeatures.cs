using System.Globalization;
using Mien.Adaptation;
using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;

namespace Mien.Tools;

/// <summary>The features and the old answer of a model for the images of a data set.</summary>
internal sealed class ModelFeatures : IDisposable
{
    private readonly ExpressionClassifier features;
    private readonly OnnxLastLayer layer;
    private readonly ModelHead head;
    private readonly ModelContract contract;

    private ModelFeatures(ExpressionClassifier features, OnnxLastLayer layer, ModelHead head, ModelContract contract)
    {
        this.features = features;
        this.layer = layer;
        this.head = head;
        this.contract = contract;
    }

    /// <summary>Opens a model.</summary>
    /// <param name="model">A built-in model or an ONNX file.</param>
    /// <param name="headName">One of its heads.</param>
    public static ModelFeatures Open(string model, string headName)
    {
        using ExpressionClassifier classifier = ExpressionClassifier.Load(model);
        ModelContract contract = classifier.Contract;
        ModelHead head =
            contract.Heads?.FirstOrDefault(h => h.Name == headName)
            ?? throw new MienException(
                ErrorKind.BadUsage,
                "noSuchHead",
                $"{model}: found no head '{headName}'; expected one of "
                    + $"{string.Join(", ", contract.Heads?.Select(h => h.Name) ?? [])}."
            );
        using var bytes = new MemoryStream();
        using (Stream from = BuiltInModels.Names.Contains(model) ? BuiltInModels.Open(model) : File.OpenRead(model))
        {
            from.CopyTo(bytes);
        }

        OnnxLastLayer layer = OnnxLastLayer.Find(bytes.ToArray(), contract.OutputName, model);
        var raw = new ModelContract
        {
            Name = contract.Name,
            Width = contract.Width,
            Height = contract.Height,
            Channels = contract.Channels,
            Scale = contract.Scale,
            Offset = contract.Offset,
            Resize = contract.Resize,
            InputName = contract.InputName,
            OutputName = layer.FeatureName,
            Labels =
            [
                .. Enumerable
                    .Range(0, layer.Features)
                    .Select(i => string.Create(CultureInfo.InvariantCulture, $"feature {i}")),
            ],
        };
        var metadata = new Dictionary<string, string> { [ModelContract.MetadataKey] = raw.ToJson() };
        return new ModelFeatures(
            ExpressionClassifier.Load(new MemoryStream(layer.WithFeatureOutput(metadata)), null, model),
            layer,
            head,
            contract
        );
    }

    /// <summary>Computes features and old answer.</summary>
    /// <param name="images">The images.</param>
    /// <param name="labels">The label of each image in the order of <see cref="Expression"/>.</param>
    /// <param name="progress">Receives the number of finished images; may be <c>null</c>.</param>
    /// <param name="cancellationToken">Cancels between two batches.</param>
    /// <returns>Samples in which identical pictures are in one group.</returns>
    public AdaptationSamples Read(
        FaceDataset images,
        ReadOnlySpan<byte> labels,
        IProgress<int>? progress,
        CancellationToken cancellationToken
    )
    {
        int width = layer.Features;
        float[] rows = new float[images.Count * width];
        OutputReader.Read(features, images, rows, 0, progress, cancellationToken);
        int[] expressionOf = SevenLabels.Check(contract);
        int classes = expressionOf.Length;
        float[] baseLogits = new float[images.Count * classes];
        double[] row = new double[classes];
        for (int i = 0; i < images.Count; i++)
        {
            for (int c = 0; c < classes; c++)
            {
                double sum = layer.Bias[head.Offset + c];
                for (int f = 0; f < width; f++)
                {
                    sum += (double)layer.Weights[((head.Offset + c) * width) + f] * rows[(i * width) + f];
                }

                row[expressionOf[c]] = sum / head.Temperature;
            }

            double mean = row.Average();
            for (int c = 0; c < classes; c++)
            {
                baseLogits[(i * classes) + c] = (float)(row[c] - mean);
            }
        }

        var samples = new AdaptationSamples
        {
            Labels = Expressions.Names,
            BaseColumns = [.. Enumerable.Range(0, classes)],
            FeatureCount = width,
            Features = rows,
            BaseCount = classes,
            BaseLogits = baseLogits,
            Targets = Array.ConvertAll(labels.ToArray(), l => (int)l),
            Groups = [.. Enumerable.Range(0, images.Count)],
        };
        return samples with { Groups = SampleGroups.Merge(samples) };
    }

    public void Dispose() => features.Dispose();
}
