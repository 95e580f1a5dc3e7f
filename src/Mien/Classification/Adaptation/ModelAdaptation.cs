namespace Mien;

/// <summary>
/// What a model was adapted to, from which model, and how its accuracy was measured. Immutable.
/// </summary>
public sealed record ModelAdaptation
{
    private const int MaxText = 2000;

    /// <summary>The name of the model that was adapted, such as <c>default</c>.</summary>
    public required string BaseModel { get; init; }

    /// <summary>The SHA-256 of its file, 64 lowercase hexadecimal digits.</summary>
    public required string BaseSha256 { get; init; }

    /// <summary>
    /// The head that was adapted, one of its <see cref="ModelContract.HeadNames"/>; <see langword="null"/> if it has
    /// one head.
    /// </summary>
    public string? BaseHead { get; init; }

    /// <summary>The number of labelled faces by label, in the order of <see cref="ModelContract.Labels"/>.</summary>
    public required IReadOnlyDictionary<string, int> Labels { get; init; }

    /// <summary>What was fitted and how strongly it was pulled towards the old answer, as text.</summary>
    public required string Rule { get; init; }

    /// <summary>The seed of the folds.</summary>
    public int Seed { get; init; }

    /// <summary>The version of Mien that adapted the model.</summary>
    public string? MienVersion { get; init; }

    /// <summary>
    /// The accuracy before and after, on labelled faces that the fit did not use; <see langword="null"/> if it was not
    /// measured, as with pictures of one person.
    /// </summary>
    public AdaptationMeasurement? Measured { get; init; }

    /// <summary>
    /// Describes what is wrong with an adaptation, as the end of a sentence; <see langword="null"/> if it is valid.
    /// </summary>
    internal static string? Problem(ModelAdaptation adaptation)
    {
        if (
            adaptation.BaseSha256.Length != 64
            || adaptation.BaseSha256.Any(c => !char.IsAsciiDigit(c) && c is not (>= 'a' and <= 'f'))
        )
        {
            return "the SHA-256 of the model that it was adapted from is not 64 lowercase hexadecimal digits";
        }

        if (adaptation.Labels.Count > LabelSet.MaxLabels || adaptation.Labels.Any(l => l.Value < 0))
        {
            return "its adaptation does not have at most 1000 labels with counts of 0 or more";
        }

        string?[] texts = [adaptation.BaseModel, adaptation.BaseHead, adaptation.Rule, adaptation.MienVersion];
        return texts.Any(t => t?.Length > MaxText) ? $"a text of its adaptation is longer than {MaxText} characters"
            : adaptation.Measured is { } measured ? AdaptationMeasurement.Problem(measured)
            : null;
    }
}
