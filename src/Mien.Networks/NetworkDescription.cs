using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mien.Networks;

/// <summary>
/// A network as data: the content of its JSON file, from which both the TorchSharp module and the ONNX graph are made.
/// Immutable. <see cref="NetworkGraph.Build"/> checks it and computes shapes and costs.
/// </summary>
internal sealed record NetworkDescription
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
        AllowOutOfOrderMetadataProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    private static readonly JsonDocumentOptions DocumentOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>The network's name, such as <c>deep</c>.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence about it; may be <c>null</c>.</summary>
    public string? Summary { get; init; }

    /// <summary>The size of the input image.</summary>
    public required InputDescription Input { get; init; }

    /// <summary>
    /// The names of the heads if the last layer has one for each of several label sets, such as <c>fer2013</c> and
    /// <c>ferplus</c>: its units are then heads × classes, head after head. <c>null</c> for a network with one head.
    /// </summary>
    public IReadOnlyList<string>? Heads { get; init; }

    /// <summary>The layers from the image on; the last one gives the logits, a flat tensor.</summary>
    public required IReadOnlyList<LayerDescription> Layers { get; init; }

    /// <summary>
    /// Reads a description. Comments and trailing commas are allowed; unknown and repeated keys are errors.
    /// </summary>
    /// <param name="json">JSON text.</param>
    /// <param name="source">The file that the text comes from, for messages.</param>
    /// <returns>The description, not yet checked for shapes.</returns>
    /// <exception cref="NetworkException">
    /// The text is not a network description; the message names the layer by position and type.
    /// </exception>
    public static NetworkDescription FromJson(string json, string source)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, DocumentOptions);
            new DescriptionKeys(source).Check(document.RootElement);
            return document.RootElement.Deserialize<NetworkDescription>(Options)!;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new NetworkException(
                $"{source}: not a network description: {e.Message} Expected JSON with the keys name, input and "
                    + $"layers; docs/networks.md lists the layers.",
                innerException: e
            );
        }
    }

    /// <summary>Reads a description from a file.</summary>
    /// <param name="path">A JSON file.</param>
    /// <returns>The description, not yet checked for shapes.</returns>
    /// <exception cref="NetworkException">The file is missing or is not a network description.</exception>
    public static NetworkDescription Load(string path)
    {
        try
        {
            return FromJson(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NetworkException(
                $"{path}: the network description cannot be read: {e.Message}",
                innerException: e
            );
        }
    }

    /// <summary>
    /// The same network with several heads: its last dense layer gets as many units for each of them as it has now.
    /// </summary>
    /// <param name="names">The names of the heads, two or more.</param>
    /// <returns>The description; this one if it has these heads already.</returns>
    /// <exception cref="NetworkException">It has other heads, or does not end in a dense layer.</exception>
    public NetworkDescription WithHeads(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (Heads is { } heads)
        {
            return heads.SequenceEqual(names)
                ? this
                : throw new NetworkException(
                    $"Network '{Name}' has the heads {string.Join(", ", heads)}, expected "
                        + $"{string.Join(", ", names)} or a network with one head."
                );
        }

        // Dropout on the logits is unusual but allowed.
        int last = Layers is null ? -1 : Layers.Count - 1;
        while (last >= 0 && Layers![last] is DropoutLayer)
        {
            last--;
        }

        if (last < 0 || Layers![last] is not DenseLayer dense)
        {
            throw new NetworkException(
                $"Network '{Name}' ends in {(last < 0 ? "no layer" : LayerTypes.NameOf(Layers![last]))}, expected a "
                    + $"dense layer, which gets the heads {string.Join(", ", names)}."
            );
        }

        LayerDescription[] layers = [.. Layers];
        layers[last] = dense with { Units = dense.Units * names.Count };
        return this with { Heads = names, Layers = layers };
    }

    /// <summary>Writes the description as indented JSON, which <see cref="FromJson"/> reads.</summary>
    /// <returns>JSON text.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
