using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;

namespace Mien.Cli;

/// <summary>
/// What all results of a Parquet file have in common. It is in the metadata of the file, and decides about its columns.
/// </summary>
/// <param name="Model">The name in the model's contract.</param>
/// <param name="ModelSha256">The SHA-256 of the model's file, in lower-case hexadecimal digits.</param>
/// <param name="Labels">The labels in the order of the contract.</param>
/// <param name="Head">The head; <c>null</c> for a model with one head.</param>
internal sealed record PartOrigin(string Model, string ModelSha256, IReadOnlyList<string> Labels, string? Head)
{
    /// <summary>The version of the columns and of the metadata; docs/parquet.md describes it.</summary>
    public const string SchemaVersion = "1";

    private const string SchemaKey = "mien.schema";
    private const string ModelKey = "mien.model";
    private const string HashKey = "mien.modelSha256";
    private const string LabelsKey = "mien.labels";
    private const string HeadKey = "mien.head";
    private const string ProgramKey = "mien.version";
    private const string ShardKey = "mien.shard";

    /// <summary>The version of this program, with the commit if the build knows it.</summary>
    public static string? ProgramVersion { get; } =
        typeof(ModelContract)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion;

    /// <summary>The origin of the results of a run.</summary>
    /// <param name="model">The name of a built-in model, or a file.</param>
    /// <param name="contract">Its contract.</param>
    /// <param name="head">The head that the run uses; <c>null</c> for a model with one head.</param>
    public static PartOrigin Of(string model, ModelContract contract, string? head) =>
        OfHash(HashOf(model), contract, head);

    /// <summary>The origin of the results of a model whose file is known by its hash.</summary>
    /// <param name="sha256">The SHA-256 of the file, in lower-case hexadecimal digits.</param>
    /// <param name="contract">The model's contract.</param>
    /// <param name="head">The head that the run uses; <c>null</c> for a model with one head.</param>
    public static PartOrigin OfHash(string sha256, ModelContract contract, string? head) =>
        new(contract.Name, sha256, contract.Labels, contract.Heads is null ? null : head);

    /// <summary>The SHA-256 of the file of a model, in lower-case hexadecimal digits.</summary>
    /// <param name="model">The name of a built-in model, or a file.</param>
    public static string HashOf(string model)
    {
        using Stream file = BuiltInModels.Names.Contains(model) ? BuiltInModels.Open(model) : File.OpenRead(model);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Creates the metadata of a file.</summary>
    /// <param name="shard">The shard whose results they are; <c>null</c> for those of several.</param>
    public Dictionary<string, string> ToMetadata(string? shard)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [SchemaKey] = SchemaVersion,
            [ModelKey] = Model,
            [HashKey] = ModelSha256,
            [LabelsKey] = JsonArray(Labels),
        };
        if (ProgramVersion is { } version)
        {
            metadata[ProgramKey] = version;
        }

        if (Head is not null)
        {
            metadata[HeadKey] = Head;
        }

        if (shard is not null)
        {
            metadata[ShardKey] = shard;
        }

        return metadata;
    }

    /// <summary>Reads the metadata of a file.</summary>
    /// <param name="metadata">All key-value pairs of the file.</param>
    /// <param name="problem">Why the file is none that this version reads, as the end of a sentence.</param>
    /// <returns>The origin; <c>null</c> if there is a problem.</returns>
    public static PartOrigin? Parse(IReadOnlyDictionary<string, string> metadata, out string? problem)
    {
        problem = null;
        if (!metadata.TryGetValue(SchemaKey, out string? version))
        {
            problem = $"it was not written by mien (it has no '{SchemaKey}' in its metadata)";
        }
        else if (version != SchemaVersion)
        {
            problem =
                $"its schema has the version {version}, and this program reads version {SchemaVersion}; "
                + $"use the version of mien that wrote it";
        }
        else if (
            !metadata.TryGetValue(ModelKey, out string? model)
            || !metadata.TryGetValue(HashKey, out string? hash)
            || !metadata.TryGetValue(LabelsKey, out string? json)
            || ParseArray(json) is not { } labels
        )
        {
            problem = $"its metadata lacks '{ModelKey}', '{HashKey}' or '{LabelsKey}'";
        }
        else
        {
            return new PartOrigin(model, hash, labels, metadata.GetValueOrDefault(HeadKey));
        }

        return null;
    }

    /// <summary>
    /// How a file differs from what is expected, as the end of a sentence; <c>null</c> if it does not.
    /// </summary>
    /// <param name="expected">The origin of the other results.</param>
    /// <param name="other">Where they are: <c>this run</c>, or the name of another file.</param>
    public string? Difference(PartOrigin expected, string other)
    {
        if (Model != expected.Model)
        {
            return $"it was written with the model '{Model}', but {other} with '{expected.Model}'";
        }

        if (!Labels.SequenceEqual(expected.Labels))
        {
            return $"its labels are {string.Join(", ", Labels)}, but those of {other} are "
                + $"{string.Join(", ", expected.Labels)}";
        }

        if (ModelSha256 != expected.ModelSha256)
        {
            return $"it was written with another file of the model '{Model}' (SHA-256 {Short(ModelSha256)}) than "
                + $"{other} ({Short(expected.ModelSha256)})";
        }

        return Head != expected.Head ? $"it was written {Named(Head)}, but {other} {Named(expected.Head)}" : null;

        static string Short(string hash) => hash.Length > 12 ? hash[..12] + "…" : hash;
        static string Named(string? head) => head is null ? "without a head" : $"with the head '{head}'";
    }

    private static string JsonArray(IEnumerable<string> texts)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (string text in texts)
            {
                json.WriteStringValue(text);
            }

            json.WriteEndArray();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static List<string>? ParseArray(string text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            return [.. json.RootElement.EnumerateArray().Select(e => e.GetString()!)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
