using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// The data of a model card (<see cref="ModelCard"/>): every figure in a card comes from here. Immutable.
/// </summary>
internal sealed record ModelCardInput
{
    /// <summary>
    /// The contract of the exported model: name, input, temperature, training data, recipe, licence of the weights.
    /// </summary>
    public required ModelContract Contract { get; init; }

    /// <summary>
    /// The head of <see cref="Evaluation"/> and <see cref="OtherEvaluations"/>; <c>null</c> for a model with one head.
    /// </summary>
    public string? Head { get; init; }

    /// <summary>Each head on its own label set, and the blend on all; empty for a model with one head.</summary>
    public IReadOnlyList<HeadEvaluation> Heads { get; init; } = [];

    /// <summary>
    /// The main evaluation: a single view per image, on the split that was used for model selection.
    /// </summary>
    public required EvaluationReport Evaluation { get; init; }

    /// <summary>
    /// Other evaluations of the same model (with test-time augmentation, or on another split), one table row each.
    /// </summary>
    public IReadOnlyList<EvaluationReport> OtherEvaluations { get; init; } = [];

    /// <summary>The epochs of the training; if empty, the card has no training curves.</summary>
    public IReadOnlyList<EpochRecord> History { get; init; } = [];

    /// <summary>The epoch whose weights were exported, counted from 1; <c>null</c> if unknown.</summary>
    public int? ShippedEpoch { get; init; }

    /// <summary>
    /// The file name of the training curves, in the card's folder; <see cref="ModelCard.Write"/> writes it if there is
    /// a history.
    /// </summary>
    public string CurvesFile { get; init; } = "curves.png";

    /// <summary>
    /// The file name of the risk–coverage curve, in the card's folder; <see cref="ModelCard.Write"/> writes it.
    /// </summary>
    public string RiskCoverageFile { get; init; } = "risk-coverage.png";

    /// <summary>
    /// The file name of the robustness curves, in the card's folder; <see cref="ModelCard.Write"/> writes it if they
    /// were measured.
    /// </summary>
    public string RobustnessFile { get; init; } = "robustness.png";

    /// <summary>The file name of the model, in the card's folder.</summary>
    public required string ModelFile { get; init; }

    /// <summary>The size of the model file in bytes.</summary>
    public required long ModelBytes { get; init; }

    /// <summary>The number of parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>MACs per image.</summary>
    public required long Macs { get; init; }

    /// <summary>Whether the crop normalisation was added after the training.</summary>
    public bool NormalisedLater { get; init; }

    /// <summary>The seed of the training.</summary>
    public required int Seed { get; init; }

    /// <summary>The command that repeats the training, such as <c>mien-lab train recipes/deep.json</c>.</summary>
    public required string TrainCommand { get; init; }

    /// <summary>
    /// The number of trainings that were evaluated on the reported split before this one was chosen, including this
    /// one.
    /// </summary>
    public required int RunsEvaluated { get; init; }

    /// <summary>
    /// The number of checkpoints (epochs of all these trainings) that were evaluated on the reported split.
    /// </summary>
    public required int CheckpointsEvaluated { get; init; }

    /// <summary>
    /// Whether PrivateTest was used for no choice (of epoch, recipe, temperature or run); the card says so only then.
    /// </summary>
    public bool PrivateTestUnseen { get; init; }

    /// <summary>Time spent training; <c>null</c> if unknown.</summary>
    public TimeSpan? TrainingTime { get; init; }

    /// <summary>The hardware of the training, such as <c>2 CPU cores</c>; <c>null</c> if not stated.</summary>
    public string? Hardware { get; init; }

    /// <summary>The speed through the library; empty if not measured.</summary>
    public IReadOnlyList<ModelSpeed> Speeds { get; init; } = [];

    /// <summary>The hardware on which <see cref="Speeds"/> were measured.</summary>
    public string? SpeedHardware { get; init; }

    /// <summary>Versions of the software of the training, by name, such as <c>TorchSharp</c>.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether FER+ votes were used, for the targets or for a head of their own.</summary>
    public bool UsesFerPlusVotes { get; init; }

    /// <summary>Whether the targets of the network include FER+ votes.</summary>
    public bool TargetsIncludeVotes { get; init; }

    /// <summary>The target accuracy, 0..1; <c>null</c> if there is none.</summary>
    public double? Goal { get; init; }

    /// <summary>The published accuracy of the same network, 0..1; <c>null</c> if there is none.</summary>
    public double? Published { get; init; }

    /// <summary>
    /// Calibration over pooled out-of-fold predictions, with the temperature fitted on the other folds; <c>null</c> if
    /// not measured.
    /// </summary>
    public EvaluationResult? OutOfFold { get; init; }

    /// <summary>The expected calibration error at temperature 1, 0..1; <c>null</c> if not measured.</summary>
    public double? EceBeforeScaling { get; init; }

    /// <summary>Further paragraphs in Markdown, such as what was tried and what fell short by how much.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
