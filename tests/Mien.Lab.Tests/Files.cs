using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Mien.Training;

namespace Mien.Lab.Tests;

/// <summary>Reads the files that the commands write.</summary>
internal static class Files
{
    /// <summary>Width and height from the header of a PNG file; fails for any other file.</summary>
    public static (int Width, int Height) PngSize(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        Assert.True(
            bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, .. "PNG\r\n\u001a\n"u8]),
            $"{path} is not a PNG"
        );
        return (
            BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)),
            BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20))
        );
    }

    /// <summary>The weights in a checkpoint and their moving averages.</summary>
    public static SortedDictionary<string, byte[]> Weights(string checkpoint) =>
        new(
            SafeTensors
                .Read(checkpoint)
                .Tensors.Where(t =>
                    t.Key.StartsWith("model.", StringComparison.Ordinal)
                    || t.Key.StartsWith("ema.", StringComparison.Ordinal)
                )
                .ToDictionary(t => t.Key, t => t.Value.Bytes),
            StringComparer.Ordinal
        );

    public static JsonObject Json(string path) => JsonNode.Parse(File.ReadAllText(path))!.AsObject();

    /// <summary>Changes keys of a JSON file.</summary>
    public static void Edit(string path, params (string Key, JsonNode? Value)[] changes)
    {
        JsonObject json = Json(path);
        foreach ((string key, JsonNode? value) in changes)
        {
            json[key] = value;
        }

        File.WriteAllText(path, json.ToJsonString());
    }
}
