using Mien.Data;
using Mien.Evaluation;
using Mien.Networks;

namespace Mien.Lab;

/// <summary>
/// Computes the probabilities of all heads of a model, averaged over the image and its mirror image, in one pass over
/// each.
/// </summary>
internal static class HeadProbabilities
{
    /// <summary>Runs a model with heads over a data set.</summary>
    /// <param name="model">A built-in model or an ONNX file.</param>
    /// <param name="contract">Its contract, with heads.</param>
    /// <param name="data">The images.</param>
    /// <param name="progress">Receives the number of finished images.</param>
    /// <param name="cancellationToken">Cancels the work between two batches.</param>
    /// <returns>For each head, images × 7 probabilities at its temperature, in the order of <see cref="Expression"/>.</returns>
    public static IReadOnlyDictionary<string, float[]> Of(
        string model,
        ModelContract contract,
        FaceDataset data,
        IProgress<int> progress,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<ModelHead> heads = contract.Heads!;
        int columns = heads.Count * Expressions.Count;
        int[] expressionOf = SevenLabels.Check(contract);
        var sums = heads.ToDictionary(
            h => h.Name,
            _ => new float[data.Count * Expressions.Count],
            StringComparer.Ordinal
        );
        OnnxLastLayer layer = OnnxLastLayer.Find(ModelFile.Read(model), contract.OutputName, model);
        byte[] raw = layer.Widen([], [], null, RawModel.Metadata(contract, contract.OutputName, columns), model);
        using ExpressionClassifier classifier = RawModel.Open(raw, model, 0);
        float[] rows = new float[data.Count * columns];
        for (int view = 0; view < 2; view++)
        {
            int before = view * data.Count;
            OutputReader.Read(
                classifier,
                view == 0 ? data : Mirrored(data),
                rows,
                0,
                new Halved(progress, before),
                cancellationToken
            );
            float[][] logits = RawModel.Split(rows, heads.Count, expressionOf);
            for (int h = 0; h < heads.Count; h++)
            {
                float[] probabilities = TemperatureScaling.Apply(
                    logits[heads[h].Offset / Expressions.Count],
                    heads[h].Temperature
                );
                float[] sum = sums[heads[h].Name];
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += probabilities[i] / 2;
                }
            }
        }

        return sums;
    }

    private static FaceDataset Mirrored(FaceDataset data)
    {
        byte[] pixels = [.. data.Pixels];
        for (int row = 0; row < pixels.Length; row += data.Width)
        {
            pixels.AsSpan(row, data.Width).Reverse();
        }

        return new FaceDataset(data.Name, data.Width, data.Height, pixels, data.Labels, data.Splits);
    }

    /// <summary>Reports two passes over the images as one.</summary>
    private sealed class Halved(IProgress<int> progress, int before) : IProgress<int>
    {
        public void Report(int value) => progress.Report((before + value) / 2);
    }
}
