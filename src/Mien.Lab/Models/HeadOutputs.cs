using Mien.CommandLine;
using Mien.Data;
using Mien.Evaluation;

namespace Mien.Lab;

/// <summary>Reads the logits of all heads of a model.</summary>
internal static class HeadOutputs
{
    /// <summary>Runs a model with heads once over images.</summary>
    /// <param name="model">The model; disposed of afterwards.</param>
    /// <param name="images">The images.</param>
    /// <param name="bar">Shows the progress; disposed of afterwards.</param>
    /// <param name="cancellationToken">Cancels the work between two batches.</param>
    /// <returns>For each head of the contract, images × 7 logits in the order of <see cref="Expression"/>.</returns>
    public static float[][] Read(
        ExpressionClassifier model,
        FaceDataset images,
        WorkProgress bar,
        CancellationToken cancellationToken
    )
    {
        using (model)
        using (bar)
        {
            ModelContract contract = model.Contract;
            int[] expressionOf = SevenLabels.Check(contract);
            float[] rows = new float[images.Count * contract.OutputCount];
            OutputReader.Read(
                model,
                images,
                rows,
                0,
                new ImmediateProgress<int>(done => bar.Report(done)),
                cancellationToken
            );
            return [.. contract.Heads!.Select(h => Slice(rows, contract.OutputCount, h.Offset, expressionOf))];
        }
    }

    private static float[] Slice(float[] rows, int columns, int offset, int[] expressionOf)
    {
        float[] logits = new float[rows.Length / columns * Expressions.Count];
        for (int i = 0; i < rows.Length / columns; i++)
        {
            for (int c = 0; c < Expressions.Count; c++)
            {
                logits[(i * Expressions.Count) + expressionOf[c]] = rows[(i * columns) + offset + c];
            }
        }

        return logits;
    }
}
