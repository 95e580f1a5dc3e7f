using System.Text.Json;
using static Mien.ModelContractReader;

namespace Mien;

/// <summary>Reads the part of a contract that describes an adaptation. Thread-safe.</summary>
internal static class AdaptationReader
{
    /// <summary>Reads a <see cref="ModelAdaptation"/>; ranges are not checked.</summary>
    /// <exception cref="JsonException">A required field is missing, or a field has the wrong type.</exception>
    public static ModelAdaptation Read(JsonElement adaptation) =>
        new()
        {
            BaseModel = Text(adaptation, "baseModel") ?? throw Missing("baseModel"),
            BaseSha256 = Text(adaptation, "baseSha256") ?? throw Missing("baseSha256"),
            BaseHead = Text(adaptation, "baseHead"),
            Labels = Labels(adaptation),
            Rule = Text(adaptation, "rule") ?? throw Missing("rule"),
            Seed = Whole(adaptation, "seed") ?? 0,
            MienVersion = Text(adaptation, "mienVersion"),
            Measured = Within(adaptation, "measured", Measured),
        };

    private static Dictionary<string, int> Labels(JsonElement adaptation)
    {
        if (!TryFind(adaptation, "labels", out JsonElement value))
        {
            throw Missing("labels");
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("labels", value, "an object");
        }

        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (JsonProperty label in value.EnumerateObject())
        {
            labels[label.Name] =
                label.Value.ValueKind == JsonValueKind.Number && label.Value.TryGetInt32(out int count)
                    ? count
                    : throw Wrong("labels", label.Value, "integers");
        }

        return labels;
    }

    private static AdaptationMeasurement Measured(JsonElement measured) =>
        new()
        {
            Split = Text(measured, "split") ?? throw Missing("split"),
            Count = Whole(measured, "count") ?? throw Missing("count"),
            Groups = Whole(measured, "groups") ?? throw Missing("groups"),
            AreGroupsKnown = IsTrue(measured, "areGroupsKnown"),
            IsAgainstMostFrequentLabel = IsTrue(measured, "isAgainstMostFrequentLabel"),
            Before = Within(measured, "before", Share) ?? throw Missing("before"),
            After = Within(measured, "after", Share) ?? throw Missing("after"),
            Gain = Within(measured, "gain", Share) ?? throw Missing("gain"),
        };

    private static bool IsTrue(JsonElement measured, string name) =>
        TryFind(measured, name, out JsonElement value)
        && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, value, "true or false"),
        };

    private static MeasuredShare Share(JsonElement share) =>
        new(Number(share, "value"), Number(share, "low"), Number(share, "high"));

    private static double Number(JsonElement share, string name) =>
        !TryFind(share, name, out JsonElement value) ? throw Missing(name)
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number
        : throw Wrong(name, value, "a number");
}
