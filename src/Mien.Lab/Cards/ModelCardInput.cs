using Mien.Evaluation;
using Mien.Training;

namespace Mien.Lab;

/// <summary>
/// What a model card is generated from (<see cref="ModelCard"/>): nothing in a card is typed by hand. Immutable.
/// </summary>
internal sealed record ModelCardInput
{
    /// <summary>
    /// The contract of the model as shipped: name, input, temperature, training data, recipe, licence of the weights.
    /// </summary>
    public required ModelContract Contract { get; init; }

    /// <summary>
    /// The evaluation that the card reports first: one view an image, on the split that choices were made on.
    /// </summary>
    public required EvaluationReport Evaluation { get; init; }

    /// <summary>
    /// Evaluations of the same model done otherwise (with test-time augmentation, on another split), one table row
    /// each.
    /// </summary>
    public IReadOnlyList<EvaluationReport> OtherEvaluations { get; init; } = [];

    /// <summary>The epochs of the training; empty: no curves.</summary>
    public IReadOnlyList<EpochRecord> History { get; init; } = [];

    /// <summary>The epoch whose weights are shipped, counted from 1; <c>null</c>: not known.</summary>
    public int? ShippedEpoch { get; init; }

    /// <summary>
    /// The file name of the curves, beside the card; written by <see cref="ModelCard.Write"/> where there is a history.
    /// </summary>
    public string CurvesFile { get; init; } = "curves.png";

    /// <summary>
    /// The file name of the risk-coverage curve, beside the card; written by <see cref="ModelCard.Write"/>.
    /// </summary>
    public string RiskCoverageFile { get; init; } = "risk-coverage.png";

    /// <summary>
    /// The file name of the robustness curves, beside the card; written by <see cref="ModelCard.Write"/> where they
    /// were measured.
    /// </summary>
    public string RobustnessFile { get; init; } = "robustness.png";

    /// <summary>The file name of the model, beside the card.</summary>
    public required string ModelFile { get; init; }

    /// <summary>The size of the model file in bytes.</summary>
    public required long ModelBytes { get; init; }

    /// <summary>The number of trained parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>MACs an image.</summary>
    public required long Macs { get; init; }

    /// <summary>The seed of the training.</summary>
    public required int Seed { get; init; }

    /// <summary>The command that repeats the training, such as <c>mien-lab train recipes/deep.json</c>.</summary>
    public required string TrainCommand { get; init; }

    /// <summary>
    /// The number of trainings whose results on the reported split were looked at before this one was chosen, this one
    /// included.
    /// </summary>
    public required int RunsEvaluated { get; init; }

    /// <summary>
    /// The number of checkpoints (epochs of all those trainings) whose results on the reported split were looked at.
    /// </summary>
    public required int CheckpointsEvaluated { get; init; }

    /// <summary>
    /// Whether no choice (of epoch, recipe, temperature, run) was made on PrivateTest; the card says so only then.
    /// </summary>
    public bool PrivateTestUnseen { get; init; }

    /// <summary>Time spent training; <c>null</c>: not known.</summary>
    public TimeSpan? TrainingTime { get; init; }

    /// <summary>What it was trained on, such as <c>2 CPU cores</c>; <c>null</c>: not said.</summary>
    public string? Hardware { get; init; }

    /// <summary>How fast it is through the library; empty: not measured.</summary>
    public IReadOnlyList<ModelSpeed> Speeds { get; init; } = [];

    /// <summary>What <see cref="Speeds"/> were measured on.</summary>
    public string? SpeedHardware { get; init; }

    /// <summary>Versions of what it was trained with, by name, such as <c>TorchSharp</c>.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the crowd votes of FER+ were learnt from.</summary>
    public bool UsesFerPlusVotes { get; init; }

    /// <summary>The accuracy aimed at, 0..1; <c>null</c>: none.</summary>
    public double? Goal { get; init; }

    /// <summary>The accuracy published for the same network, 0..1; <c>null</c>: none.</summary>
    public double? Published { get; init; }

    /// <summary>
    /// Calibration over pooled out-of-fold predictions, the temperature fitted on the other folds; <c>null</c>: not
    /// measured.
    /// </summary>
    public EvaluationResult? OutOfFold { get; init; }

    /// <summary>The expected calibration error at temperature 1, 0..1; <c>null</c>: not measured.</summary>
    public double? EceBeforeScaling { get; init; }

    /// <summary>Further paragraphs in Markdown: what was tried, what fell short and by how much.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
