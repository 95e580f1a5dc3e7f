using System.Reflection;
using System.Text.Json.Serialization;

namespace Mien.Networks;

/// <summary>The names of layer types in JSON, from the attributes of <see cref="LayerDescription"/>.</summary>
internal static class LayerTypes
{
    /// <summary>The types by name, in the order of the documentation.</summary>
    public static IReadOnlyList<KeyValuePair<string, Type>> All { get; } =
    [
        .. typeof(LayerDescription)
            .GetCustomAttributes<JsonDerivedTypeAttribute>()
            .Select(a => KeyValuePair.Create((string)a.TypeDiscriminator!, a.DerivedType)),
    ];

    /// <summary>The type with a name, or <c>null</c>.</summary>
    public static Type? Find(string name) => All.FirstOrDefault(t => t.Key == name).Value;

    /// <summary>The name of a layer's type.</summary>
    public static string NameOf(LayerDescription layer) =>
        All.FirstOrDefault(t => t.Value == layer.GetType()).Key ?? layer.GetType().Name;
}
