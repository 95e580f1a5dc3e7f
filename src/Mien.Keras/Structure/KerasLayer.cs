using System.Text.Json;

namespace Mien.Keras;

/// <summary>A layer of a Keras model as its configuration says, or a model used as a layer.</summary>
/// <param name="ClassName">Such as <c>Conv2D</c>.</param>
/// <param name="Name">Such as <c>conv2d_1</c>.</param>
/// <param name="Config">Its configuration.</param>
/// <param name="Uses">What each use of the layer takes; one use, but for shared layers.</param>
/// <param name="Nested">The layers of a model; <c>null</c> for any other layer.</param>
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
