namespace Mien.Evaluation;

/// <summary>
/// Converts between the label order of a model and the order of <see cref="Expression"/> that data sets and figures
/// use. A model may have other labels than the seven expressions of FER2013.
/// </summary>
internal static class SevenLabels
{
    /// <summary>Reorders a model's outputs into the order of <see cref="Expression"/>.</summary>
    /// <param name="expressionOf">The index of the expression of each output; see <see cref="Check"/>.</param>
    /// <param name="rows">Rows of seven values.</param>
    public static void Reorder(ReadOnlySpan<int> expressionOf, Span<float> rows)
    {
        Span<float> row = stackalloc float[Expressions.Count];
        for (int start = 0; start < rows.Length; start += row.Length)
        {
            Span<float> values = rows.Slice(start, row.Length);
            values.CopyTo(row);
            for (int k = 0; k < row.Length; k++)
            {
                values[expressionOf[k]] = row[k];
            }
        }
    }

    /// <summary>Checks that a model's labels are the seven expressions.</summary>
    /// <param name="contract">The model's contract.</param>
    /// <returns>The index of the expression of each output.</returns>
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
                    + $"{string.Join(", ", Expressions.Names)}. Use a model with these labels."
            );
        }

        return expressionOf;
    }
}
