using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien;

/// <summary>
/// What a model file promises besides its weights: how an image becomes its input and what its output means. It is
/// stored as JSON in the ONNX file's metadata under <see cref="MetadataKey"/>; code reads it there and never repeats
/// it. Immutable.
/// </summary>
public sealed record ModelContract
{
    /// <summary>The key of the ONNX metadata entry that holds the contract.</summary>
    public const string MetadataKey = "mien.contract";

    /// <summary>The newest version of the contract's form that this library reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>
    /// What stands in for <see cref="UncertainBelow"/> where a model says nothing: of calibrated results under a half
    /// more are wrong than right.
    /// </summary>
    public const float DefaultUncertainBelow = 0.5f;

    /// <summary>The version of the contract's form; 1.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The model's name, such as <c>deep</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Input width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Input height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Input channels. 1: gray. The input tensor is float32 [N, channels, height, width].</summary>
    public int Channels { get; init; } = 1;

    /// <summary>
    /// The normalisation's scale: input = pixel (0..255) × <see cref="Scale"/> + <see cref="Offset"/>.
    /// </summary>
    public float Scale { get; init; } = 1f / 255;

    /// <summary>
    /// The normalisation's offset: input = pixel (0..255) × <see cref="Scale"/> + <see cref="Offset"/>.
    /// </summary>
    public float Offset { get; init; }

    /// <summary>How a face of another size is brought to the input size.</summary>
    public ResizeKernel Resize { get; init; } = ResizeKernel.Bicubic;

    /// <summary>
    /// What the model tells apart, in the order of its outputs: 2 to 1000 labels of at most 64 characters, each once. A
    /// label that <see cref="Expressions.TryParse"/> reads is one of the seven expressions; others are allowed.
    /// </summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Name of the input tensor.</summary>
    public string InputName { get; init; } = "image";

    /// <summary>Name of the output tensor, float32 [N, labels].</summary>
    public string OutputName { get; init; } = "logits";

    /// <summary>What the output holds: logits (the library applies temperature and softmax) or probabilities.</summary>
    public ModelOutput Output { get; init; } = ModelOutput.Logits;

    /// <summary>
    /// The output with class activation maps, which explain a result; <see langword="null"/> where the model has none.
    /// </summary>
    public ClassMapOutput? Maps { get; init; }

    /// <summary>
    /// Logits are divided by this before the softmax; 1 leaves them as they are. Fitted on PublicTest.
    /// </summary>
    public float Temperature { get; init; } = 1;

    /// <summary>
    /// Results whose calibrated confidence is under this, 0..1, are marked as uncertain; chosen on PublicTest's
    /// risk-coverage curve. <see langword="null"/>: the model says nothing of it (<see cref="DefaultUncertainBelow"/>
    /// stands in).
    /// </summary>
    public float? UncertainBelow { get; init; }

    /// <summary>What it was trained on, in words, such as <c>FER2013 Training (28,709 images)</c>.</summary>
    public string? TrainingData { get; init; }

    /// <summary>The recipe it was trained with, as JSON text.</summary>
    public string? Recipe { get; init; }

    /// <summary>The licence of the weights.</summary>
    public string? Licence { get; init; }

    /// <summary>Measured figures by name, such as <c>publicTest.accuracy</c> (a fraction).</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The contract as JSON, as it is stored in the model file.</summary>
    /// <returns>JSON text.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, ModelContractJson.Default.ModelContract);

    /// <summary>Reads a contract from JSON and checks it.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <param name="source">The file it came from, for messages.</param>
    /// <returns>A contract whose values are in range.</returns>
    /// <exception cref="MienException">
    /// The text is no contract, of a newer version, or holds a value out of range.
    /// </exception>
    public static ModelContract FromJson(string json, string source)
    {
        ModelContract contract;
        try
        {
            contract = ModelContractReader.Read(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // half of a surrogate pair
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
            { Version: not CurrentVersion } =>
                $"its version is {contract.Version}, this program reads {CurrentVersion}",
            { Width: < 1 or > 4096 } or { Height: < 1 or > 4096 } =>
                $"its input is {contract.Width}×{contract.Height}, expected 1 to 4096 pixels a side",
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
                $"its class activation maps are '{maps.Name}' at row {maps.Top} and column {maps.Left}, a step "
                    + $"of {maps.Step}, expected a name, two finite numbers and a number over 0"
            ),
            _ => LabelSet.Problem(contract.Labels),
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
/// Writes contracts without reflection (ModelContractReader reads them), so that trimming and AOT keep working.
/// </summary>
[JsonSourceGenerationOptions(
    WriteIndented = false,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ModelContract))]
internal sealed partial class ModelContractJson : JsonSerializerContext;
