namespace Mien.Adaptation;

/// <summary>Options of <see cref="ModelAdapter"/>. Immutable; the defaults fit most collections of pictures.</summary>
public sealed record AdaptationOptions
{
    /// <summary>
    /// The model that is adapted: the name of a built-in model, or the path of an ONNX file with an output for
    /// features, such as a model that was adapted before.
    /// </summary>
    public string Model { get; init; } = BuiltInModels.Default;

    /// <summary>
    /// The head whose answer is adapted and is the "before" of the report; <see langword="null"/> uses the model's
    /// default, usually the blend of its heads.
    /// </summary>
    public string? Head { get; init; }

    /// <summary>
    /// Labels of one's own, beside those of the model or with <see cref="Only"/> instead of them. All labels together
    /// are 2 to 64, each of 1 to 40 characters without control characters.
    /// </summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Whether <see cref="Classes"/> are all labels of the adapted model.</summary>
    public bool Only { get; init; }

    /// <summary>
    /// Whether all faces are of one person, about one for each expression. The pull towards the old answer is then
    /// weaker, and the gain is not measured.
    /// </summary>
    public bool OnePerson { get; init; }

    /// <summary>The seed of the folds: the same faces, options and seed give the same model.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>
    /// Whether the accuracy for smaller numbers of labels is measured too, which takes several times as long.
    /// </summary>
    public bool LearningCurve { get; init; }

    /// <summary>
    /// The name of the adapted model in its contract; <see langword="null"/> uses that of the model and
    /// <c>-adapted</c>.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// How faces are found in photos: as a recognizer with these options finds them. Its model, head and inference do
    /// not apply. Use the options that predictions will be made with.
    /// </summary>
    public RecognizerOptions Recognizer { get; init; } = new();

    /// <summary>
    /// The number of pictures that are processed at a time, and of threads of the networks and the fit; 0 uses one per
    /// processor. The result does not depend on it.
    /// </summary>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
}
