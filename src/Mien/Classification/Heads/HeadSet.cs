using System.Globalization;

namespace Mien;

/// <summary>Checks the heads and the blend of a contract. Thread-safe.</summary>
internal static class HeadSet
{
    private const int MinHeads = 2;
    private const int MaxHeads = 16;
    private const int MaxLength = 64;

    /// <summary>How far the sum of the weights of a blend may be from 1, for weights that are rounded.</summary>
    private const double MaxWeightError = 1e-4;

    /// <summary>
    /// Describes what is wrong with the heads and the blend of a contract, as the end of a sentence;
    /// <see langword="null"/> if they are valid.
    /// </summary>
    public static string? Problem(ModelContract contract)
    {
        if (contract.Heads is not { } heads)
        {
            return contract.Blend is null ? null : "it has a blend but no heads to blend";
        }

        if (heads.Count is < MinHeads or > MaxHeads)
        {
            return $"the number of its heads is {heads.Count}, expected {MinHeads} to {MaxHeads}, or no heads for a "
                + "model with one";
        }

        if (contract.Output != ModelOutput.Logits)
        {
            return "it has heads and its output is probabilities, expected logits";
        }

        return NameProblem(heads)
            ?? SliceProblem(heads, contract.Labels.Count)
            ?? heads
                .Select(h =>
                    CalibrationProblem($"the head '{h.Name}'", h.Temperature, h.UncertainBelow)
                    ?? (h.VoteTemperature is { } votes ? TemperatureProblem($"the votes of '{h.Name}'", votes) : null)
                )
                .FirstOrDefault(p => p is not null)
            ?? (contract.Blend is { } blend ? BlendProblem(blend, heads.Count) : null);
    }

    private static string? NameProblem(IReadOnlyList<ModelHead> heads)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in heads.Select(h => h.Name))
        {
            if (
                name.Length is 0 or > MaxLength
                || name.AsSpan().Trim().Length != name.Length
                || name.Any(char.IsControl)
            )
            {
                return $"the name of a head is '{new string([.. name.Select(c => char.IsControl(c) ? '?' : c)])}', "
                    + $"expected 1 to {MaxLength} characters without control characters or spaces at the ends";
            }

            if (name.Equals(HeadBlend.Name, StringComparison.OrdinalIgnoreCase))
            {
                return $"a head has the name '{name}', which stands for the blend of all heads";
            }

            if (!seen.Add(name))
            {
                return $"two heads have the name '{name}'";
            }
        }

        return null;
    }

    private static string? SliceProblem(IReadOnlyList<ModelHead> heads, int labels)
    {
        int columns = heads.Count * labels;
        foreach (ModelHead head in heads)
        {
            if (head.Offset < 0 || head.Offset > columns - labels)
            {
                return $"the head '{head.Name}' takes {labels} columns from column {head.Offset} on, outside the "
                    + $"{columns} columns of {heads.Count} heads with {labels} labels";
            }
        }

        ModelHead[] ordered = [.. heads.OrderBy(h => h.Offset)];
        for (int i = 1; i < ordered.Length; i++)
        {
            if (ordered[i].Offset - ordered[i - 1].Offset < labels)
            {
                return $"the heads '{ordered[i - 1].Name}' and '{ordered[i].Name}' overlap: they start at columns "
                    + $"{ordered[i - 1].Offset} and {ordered[i].Offset} and have {labels} columns each";
            }
        }

        return null;
    }

    private static string? CalibrationProblem(string what, float temperature, float? uncertainBelow) =>
        TemperatureProblem(what, temperature)
        ?? (
            uncertainBelow is not (null or (>= 0 and <= 1))
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"uncertainBelow of {what} is {uncertainBelow}, expected a number from 0 to 1"
                )
                : null
        );

    private static string? TemperatureProblem(string what, float temperature) =>
        temperature > 0 && float.IsFinite(temperature)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"the temperature of {what} is {temperature}, expected a number over 0"
            );

    private static string? BlendProblem(HeadBlend blend, int heads) =>
        blend.Weights.Count != heads ? $"the blend has {blend.Weights.Count} weights, expected {heads}, one per head"
        : blend.Weights.Any(w => !(w is >= 0 and <= 1))
        || !(Math.Abs(blend.Weights.Sum(w => (double)w) - 1) <= MaxWeightError)
            ? "the weights of the blend are "
                + string.Join(", ", blend.Weights.Select(w => w.ToString(CultureInfo.InvariantCulture)))
                + ", expected numbers from 0 to 1 with the sum 1"
        : CalibrationProblem("the blend", blend.Temperature, blend.UncertainBelow);
}
