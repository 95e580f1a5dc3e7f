using System.Text.Json.Nodes;

namespace Mien.Testing;

/// <summary>A layer of a synthetic Keras model, with its weights as Keras stores them.</summary>
public sealed record MadeLayer(string Class, string Name, JsonObject Config, IReadOnlyList<string> From, int[] Shape)
{
    public List<MadeWeight> Weights { get; init; } = [];

    public MadeModel? Nested { get; init; }

    public string Text(string key, string standard) => (string?)Config[key] ?? standard;

    public int Number(string key, int standard = 1) => (int?)Config[key] ?? standard;

    public bool Flag(string key, bool standard = true) => (bool?)Config[key] ?? standard;

    public (int Rows, int Columns) Pair(string key, (int, int) standard) =>
        Config[key] switch
        {
            null => standard,
            JsonArray { Count: 2 } list => ((int)list[0]!, (int)list[1]!),
            var one => ((int)one, (int)one),
        };

    public float[] this[string role] => Weights.Single(w => w.Role == role).Values;
}

/// <summary>One tensor: <c>kernel</c> of a layer becomes <c>LAYER/kernel:0</c>.</summary>
public sealed record MadeWeight(string Role, int[] Shape, float[] Values, bool Trained = true);
