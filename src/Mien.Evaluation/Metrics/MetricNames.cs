namespace Mien.Evaluation;

/// <summary>The names under which a contract holds measured values.</summary>
internal static class MetricNames
{
    /// <summary>The values of an evaluation that a contract holds.</summary>
    /// <param name="result">The evaluation.</param>
    /// <param name="prefix">The beginning of the names, such as <c>publicTest.</c></param>
    public static SortedDictionary<string, double> Of(EvaluationResult result, string prefix)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new(StringComparer.Ordinal)
        {
            [prefix + "count"] = result.Count,
            [prefix + "accuracy"] = result.Accuracy,
            [prefix + "macroF1"] = result.MacroF1,
            [prefix + "logLoss"] = result.LogLoss,
            [prefix + "ece"] = result.Ece,
        };
    }
}
