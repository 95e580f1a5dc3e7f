using System.Text.Json.Nodes;

namespace Mien.Lab;

/// <summary>One of the values that a factor takes: a name, and what it changes.</summary>
/// <param name="Name">The value as text, or the given name.</param>
/// <param name="Changes">Keys of a recipe, or <c>network.…</c>, and what they become.</param>
internal sealed record FactorLevel(string Name, IReadOnlyList<KeyValuePair<string, JsonNode?>> Changes);
