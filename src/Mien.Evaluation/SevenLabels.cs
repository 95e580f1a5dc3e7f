namespace Mien.Evaluation;

/// <summary>
/// Data sets and figures know the seven expressions of FER2013 in the order of <see cref="Expression"/>; a model has
/// its own order, and may have other labels.
/// </summary>
internal static class SevenLabels
{
    /// <summary>A model's outputs in the order of <see cref="Expression"/>.</summary>
    /// <param name="contract">The model's.</param>
    /// <param name="compute">Gives count × labels values in the contract's order.</param>
    /// <exception cref="MienException"><c>otherLabels</c>: its labels are not the seven expressions.</exception>
    public static ModelEvaluator.LogitsOfBatch InOrder(ModelContract contract, ModelEvaluator.LogitsOfBatch compute)
    {
        int[] expressionOf = Check(contract);
        return expressionOf.AsSpan().SequenceEqual([.. Enumerable.Range(0, Expressions.Count)])
            ? compute
            : (pixels, count, logits) =>
            {
                compute(pixels, count, logits);
                Span<float> row = stackalloc float[Expressions.Count];
                for (int i = 0; i < count; i++)
                {
                    Span<float> values = logits.Slice(i * Expressions.Count, Expressions.Count);
                    values.CopyTo(row);
                    for (int k = 0; k < row.Length; k++)
                    {
                        values[expressionOf[k]] = row[k];
                    }
                }
            };
    }

    /// <summary>Refuses a model whose labels are not the seven expressions.</summary>
    /// <param name="contract">The model's.</param>
    /// <returns>The number of the expression that each output stands for.</returns>
    /// <exception cref="MienException"><c>otherLabels</c>: its labels are not the seven expressions.</exception>
    public static int[] Check(ModelContract contract)
    {
        int[] expressionOf =
        [
            .. contract.Labels.Select(label => Expressions.TryParse(label, out Expression e) ? (int)e : -1),
        ];
        if (expressionOf.Length != Expressions.Count || expressionOf.Contains(-1))
        {
            throw new MienException(
                ErrorKind.BadUsage,
                "otherLabels",
                $"The model '{contract.Name}' has the labels {string.Join(", ", contract.Labels)}. It can be compared "
                    + "with the labels of a data set only if they are the seven "
                    + $"{string.Join(", ", Expressions.Names)}. Name a model that has these."
            );
        }

        return expressionOf;
    }
}
