using System.Text.Json.Nodes;

namespace Mien.Lab;

/// <summary>One value of a factor.</summary>
/// <param name="Name">The value as text, or the name of the alternative.</param>
/// <param name="Changes">The recipe keys or <c>network.…</c> keys that it sets, with their values.</param>
internal sealed record FactorLevel(string Name, IReadOnlyList<KeyValuePair<string, JsonNode?>> Changes);
