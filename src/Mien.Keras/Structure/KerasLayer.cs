using System.Text.Json;

namespace Mien.Keras;

/// <summary>A layer of a Keras model in its configuration, or a model used as a layer.</summary>
/// <param name="ClassName">The class, such as <c>Conv2D</c>.</param>
/// <param name="Name">The name, such as <c>conv2d_1</c>.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="Uses">The inputs of each use of the layer; only shared layers have several uses.</param>
/// <param name="Nested">The graph of a nested model; <c>null</c> for any other layer.</param>
internal sealed record KerasLayer(
    string ClassName,
    string Name,
    JsonElement Config,
    IReadOnlyList<IReadOnlyList<TensorReference>> Uses,
    KerasGraph? Nested
)
{
    public bool Trainable =>
        !Config.TryGetProperty("trainable", out JsonElement value) || value.ValueKind != JsonValueKind.False;
}
