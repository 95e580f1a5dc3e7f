using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien;

/// <summary>
/// The metadata of a model: input size, normalisation, label order, output type, training data and metrics. It is
/// stored as JSON in the metadata of the ONNX file under <see cref="MetadataKey"/>, so that model and preprocessing
/// cannot diverge. Immutable.
/// </summary>
public sealed record ModelContract
{
    /// <summary>The key of the ONNX metadata entry that holds the contract.</summary>
    public const string MetadataKey = "mien.contract";

    /// <summary>The newest version of the contract format; this library reads it and all versions before it.</summary>
    public const int CurrentVersion = 3;

    /// <summary>
    /// The threshold for models without <see cref="UncertainBelow"/>: a calibrated prediction with a confidence under
    /// 0.5 is more often wrong than right.
    /// </summary>
    public const float DefaultUncertainBelow = 0.5f;

    /// <summary>The kernel of models that Mien trains.</summary>
    internal const ResizeKernel DefaultResize = ResizeKernel.Bicubic;

    private const int MaxJsonLength = 1 << 20;

    private readonly int? version;

    /// <summary>
    /// The version of the contract format. By default it is the lowest that can hold the contract, so that earlier
    /// versions of the library read the file if they can: 3 with <see cref="Guard"/>, which they would not apply; 2
    /// with <see cref="Heads"/>, <see cref="Blend"/> or <see cref="CropNormalisation"/>; otherwise 1.
    /// </summary>
    public int Version
    {
        get => version ?? MinVersion;
        init => version = value;
    }

    /// <summary>The model's name, such as <c>deep</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Input width in pixels, 1 to 4096.</summary>
    public required int Width { get; init; }

    /// <summary>Input height in pixels, 1 to 4096.</summary>
    public required int Height { get; init; }

    /// <summary>
    /// The number of input channels; only 1 (gray) is supported. The input tensor is float32 [N, channels, height,
    /// width].
    /// </summary>
    public int Channels { get; init; } = 1;

    /// <summary>
    /// The scale of the normalisation: input = pixel (0..255) × <see cref="Scale"/> + <see cref="Offset"/>; finite and
    /// not 0.
    /// </summary>
    public float Scale { get; init; } = 1f / 255;

    /// <summary>
    /// The offset of the normalisation: input = pixel (0..255) × <see cref="Scale"/> + <see cref="Offset"/>; finite.
    /// </summary>
    public float Offset { get; init; }

    /// <summary>The kernel that resizes a face to the input size.</summary>
    public ResizeKernel Resize { get; init; } = DefaultResize;

    /// <summary>
    /// The class labels in the order of the model's outputs: 2 to 1000 distinct labels of at most 64 characters. Labels
    /// that <see cref="Expressions.TryParse"/> reads stand for one of the seven expressions; other labels are allowed.
    /// </summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Name of the input tensor.</summary>
    public string InputName { get; init; } = "image";

    /// <summary>
    /// Name of the output tensor, float32 [N, labels], or [N, heads × labels] with <see cref="Heads"/>.
    /// </summary>
    public string OutputName { get; init; } = "logits";

    /// <summary>
    /// What the output tensor holds: logits, to which the library applies temperature and softmax, or probabilities.
    /// </summary>
    public ModelOutput Output { get; init; } = ModelOutput.Logits;

    /// <summary>The output that holds class activation maps; <see langword="null"/> if the model has none.</summary>
    public ClassMapOutput? Maps { get; init; }

    /// <summary>
    /// Name of the output with the features, float32 [N, features]: what the last dense layer takes.
    /// <see langword="null"/> if the model has no such output. A model with it can be adapted to new labels.
    /// </summary>
    public string? FeaturesName { get; init; }

    /// <summary>
    /// The output that tells how unlike a face is to those that the model was adapted to; <see langword="null"/> if the
    /// model has none.
    /// </summary>
    public ModelGuard? Guard { get; init; }

    /// <summary>
    /// The heads, 2 to 16, if the last layer has one for each of several label sets; <see langword="null"/> if the
    /// model has one head. A model with heads outputs logits.
    /// </summary>
    public IReadOnlyList<ModelHead>? Heads { get; init; }

    /// <summary>
    /// How the heads are combined; <see langword="null"/> if the model has one head or no blend. Needs
    /// <see cref="Heads"/>.
    /// </summary>
    public HeadBlend? Blend { get; init; }

    /// <summary>
    /// How the model normalises each crop on its own input; <see langword="null"/> if it does not. The library feeds
    /// crops as <see cref="Scale"/> and <see cref="Offset"/> say either way.
    /// </summary>
    public CropNormalisation? CropNormalisation { get; init; }

    /// <summary>
    /// The temperature of temperature scaling, greater than 0: logits are divided by it before the softmax; 1 leaves
    /// them unchanged. Fitted on PublicTest. Not used with <see cref="Heads"/>, which have their own.
    /// </summary>
    public float Temperature { get; init; } = 1;

    /// <summary>
    /// Predictions with a calibrated confidence under this value, 0..1, are marked as uncertain; chosen on the
    /// risk–coverage curve of PublicTest. <see langword="null"/> uses <see cref="DefaultUncertainBelow"/>. Not used
    /// with <see cref="Heads"/>, which have their own.
    /// </summary>
    public float? UncertainBelow { get; init; }

    /// <summary>A description of the training data, such as <c>FER2013 Training (28,709 images)</c>.</summary>
    public string? TrainingData { get; init; }

    /// <summary>
    /// What the model was adapted to and how it was measured; <see langword="null"/> if it was not adapted.
    /// </summary>
    public ModelAdaptation? Adaptation { get; init; }

    /// <summary>The training recipe as JSON text.</summary>
    public string? Recipe { get; init; }

    /// <summary>The licence of the weights.</summary>
    public string? Licence { get; init; }

    /// <summary>
    /// Measured values by name, such as <c>publicTest.accuracy</c> (a fraction 0..1). With <see cref="Heads"/>, only
    /// values of the whole network, such as <c>macs</c>.
    /// </summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// The names that select a head: <see cref="HeadBlend.Name"/> if the model has a blend, then the names of
    /// <see cref="Heads"/>. The first one is the default. Empty for a model with one head.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string> HeadNames =>
        Heads is null ? [] : [.. Blend is null ? [] : (string[])[HeadBlend.Name], .. Heads.Select(h => h.Name)];

    /// <summary>The number of outputs per image: labels, or heads × labels.</summary>
    [JsonIgnore]
    internal int OutputCount => Labels.Count * (Heads?.Count ?? 1);

    private int MinVersion =>
        Guard is not null ? 3
        : Heads is not null || Blend is not null || CropNormalisation is not null ? 2
        : 1;

    /// <summary>Serializes the contract to JSON, as stored in the model file.</summary>
    /// <returns>JSON text.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, ModelContractJson.Default.ModelContract);

    /// <summary>Gets the temperature, threshold and metrics that belong to the predictions of a head.</summary>
    /// <param name="name">
    /// One of <see cref="HeadNames"/>; <see langword="null"/> selects the default: the blend if the model has one, else
    /// its first or only head.
    /// </param>
    /// <returns>What belongs to that head.</returns>
    /// <exception cref="MienException"><c>noSuchHead</c>: the model has no such head.</exception>
    public HeadSelection SelectHead(string? name = null)
    {
        if (Heads is null && name is null)
        {
            return new HeadSelection
            {
                Temperature = Temperature,
                UncertainBelow = UncertainBelow ?? DefaultUncertainBelow,
                TrainingData = TrainingData,
                Metrics = Metrics,
            };
        }

        if (Blend is not null && name is null or HeadBlend.Name)
        {
            return new HeadSelection
            {
                Name = HeadBlend.Name,
                Temperature = Blend.Temperature,
                UncertainBelow = Blend.UncertainBelow ?? DefaultUncertainBelow,
                TrainingData = TrainingData,
                Metrics = Blend.Metrics,
            };
        }

        ModelHead head = Heads?.FirstOrDefault(h => name is null || h.Name == name) ?? throw NoSuchHead(name!);
        return new HeadSelection
        {
            Name = head.Name,
            Temperature = head.Temperature,
            UncertainBelow = head.UncertainBelow ?? DefaultUncertainBelow,
            TrainingData = head.TrainingData ?? TrainingData,
            Metrics = head.Metrics,
        };
    }

    /// <summary>Creates the error for a head that the model does not have.</summary>
    internal MienException NoSuchHead(string name) =>
        new(
            ErrorKind.BadUsage,
            "noSuchHead",
            $"The model '{Name}' has no head '{name}': it has "
                + (
                    Heads is null
                        ? "one head, which has no name. Leave the head out, or use a model with several heads."
                        : $"{string.Join(", ", HeadNames)}. Use one of these names."
                )
        );

    /// <summary>Reads a contract from JSON and validates it.</summary>
    /// <param name="json">The text written by <see cref="ToJson"/>. Unknown fields are ignored.</param>
    /// <param name="source">The name of the source for error messages.</param>
    /// <returns>A contract with all values in range.</returns>
    /// <exception cref="MienException">
    /// <c>badContract</c>: the text is not a contract, has another version, or a value is out of range.
    /// </exception>
    public static ModelContract FromJson(string json, string source)
    {
        if (json.Length > MaxJsonLength)
        {
            throw new MienException(
                ErrorKind.BadInput,
                "badContract",
                $"{source}: the metadata entry '{MetadataKey}' has {json.Length} characters, expected at most "
                    + $"{MaxJsonLength}. Export the model again with mien-lab export."
            );
        }

        ModelContract contract;
        try
        {
            contract = ModelContractReader.Read(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // a lone surrogate
        {
            throw new MienException(
                ErrorKind.BadInput,
                "badContract",
                $"{source}: the metadata entry '{MetadataKey}' is not a model contract ({e.Message}). Export "
                    + $"the model again with mien-lab export.",
                e
            );
        }

        string? wrong = contract switch
        {
            { Version: > CurrentVersion } =>
                $"its version is {contract.Version}, this program reads 1 to {CurrentVersion}; update Mien to use it",
            { Version: < 1 } => $"its version is {contract.Version}, expected 1 to {CurrentVersion}",
            _ when contract.Version < contract.MinVersion =>
                $"its version is {contract.Version}, and {(contract.Guard is null
                    ? "heads, a blend or a crop normalisation need"
                    : "a guard needs")} version {contract.MinVersion}",
            { Width: < 1 or > 4096 } or { Height: < 1 or > 4096 } =>
                $"its input is {contract.Width}×{contract.Height}, expected 1 to 4096 pixels per side",
            { Channels: not 1 } => $"its input has {contract.Channels} channels, expected 1 (gray)",
            _ when !float.IsFinite(contract.Scale) || contract.Scale == 0 || !float.IsFinite(contract.Offset) =>
                "its normalisation is not a finite scale and offset",
            _ when !(contract.Temperature > 0) || !float.IsFinite(contract.Temperature) =>
                $"its temperature is {contract.Temperature}, expected a number over 0",
            { UncertainBelow: { } below } when !(below is >= 0 and <= 1) =>
                $"its uncertainBelow is {below}, expected a number from 0 to 1",
            { Maps: { } maps }
                when maps.Name.Length == 0
                    || !float.IsFinite(maps.Top)
                    || !float.IsFinite(maps.Left)
                    || !(maps.Step > 0)
                    || !float.IsFinite(maps.Step) => string.Create(
                CultureInfo.InvariantCulture,
                $"its class activation maps are '{maps.Name}' at row {maps.Top} and column {maps.Left} with a step "
                    + $"of {maps.Step}, expected a name, two finite numbers and a number over 0"
            ),
            { FeaturesName: "" } => "its output with the features has no name",
            _ => LabelSet.Problem(contract.Labels)
                ?? (contract.Guard is { } guard ? ModelGuard.Problem(guard) : null)
                ?? (contract.Adaptation is { } adaptation ? ModelAdaptation.Problem(adaptation) : null)
                ?? HeadSet.Problem(contract)
                ?? (contract.CropNormalisation is { } crop ? CropNormalisation.Problem(crop) : null),
        };
        return wrong is null
            ? contract
            : throw new MienException(
                ErrorKind.BadInput,
                "badContract",
                $"{source}: the model's contract cannot be used: {wrong}. Export the model again with mien-lab export."
            );
    }
}

/// <summary>
/// Serializes contracts without reflection, so that trimming and native AOT work. ModelContractReader reads them.
/// </summary>
[JsonSourceGenerationOptions(
    WriteIndented = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ModelContract))]
internal sealed partial class ModelContractJson : JsonSerializerContext;
