using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mien.Training;

/// <summary>
/// Reads and writes files in the safetensors format: the header's length (8 bytes, little-endian), the header (JSON
/// with type, shape and offsets of each tensor, and strings under <c>__metadata__</c>), then the values, little-endian.
/// Many machine learning tools read this format.
/// </summary>
internal static class SafeTensors
{
    private const string MetadataKey = "__metadata__";
    private const long MaxHeader = 100 << 20;

    /// <summary>Writes a file atomically: a reader sees either the old or the new file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Tensors by name.</param>
    /// <param name="metadata">Strings by name.</param>
    public static void Write(
        string path,
        IEnumerable<KeyValuePair<string, StoredTensor>> tensors,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        var list = tensors.OrderBy(t => t.Key, StringComparer.Ordinal).ToList();
        var header = new JsonObject
        {
            [MetadataKey] = new JsonObject(metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
        };
        long offset = 0;
        foreach ((string name, StoredTensor tensor) in list)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = tensor.Type,
                ["shape"] = new JsonArray([.. tensor.Shape.Select(s => (JsonNode)s)]),
                ["data_offsets"] = new JsonArray(offset, offset + tensor.Bytes.Length),
            };
            offset += tensor.Bytes.Length;
        }

        byte[] text = JsonSerializer.SerializeToUtf8Bytes(header);
        int padded = (text.Length + 7) & ~7; // values start at a multiple of 8
        byte[] start = new byte[8 + padded];
        start.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt64LittleEndian(start, padded);
        text.CopyTo(start.AsSpan(8));

        OutputFile.Write(
            path,
            stream =>
            {
                stream.Write(start);
                foreach ((_, StoredTensor tensor) in list)
                {
                    stream.Write(tensor.Bytes);
                }
            },
            flushToDisk: true
        );
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Tensors and strings by name.</returns>
    /// <exception cref="TrainingException">The file is missing, truncated or in another format.</exception>
    public static (
        IReadOnlyDictionary<string, StoredTensor> Tensors,
        IReadOnlyDictionary<string, string> Metadata
    ) Read(string path)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException(
                ErrorKind.BadInput,
                "checkpointNotFound",
                $"{path}: the checkpoint cannot be read: {e.Message}",
                e
            );
        }

        try
        {
            long length = BinaryPrimitives.ReadInt64LittleEndian(file);
            if (length is < 2 or > MaxHeader || length > file.Length - 8)
            {
                throw new InvalidDataException("the header is longer than the file");
            }

            int values = checked((int)length + 8);
            JsonObject header = JsonNode.Parse(file.AsSpan(8, (int)length))!.AsObject();
            var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
            foreach ((string name, JsonNode? entry) in header.Where(h => h.Key != MetadataKey))
            {
                int begin = (int)entry!["data_offsets"]![0]!,
                    end = (int)entry["data_offsets"]![1]!;
                if (begin < 0 || end < begin || end > file.Length - values)
                {
                    throw new InvalidDataException(
                        $"'{name}' ends at byte {(long)values + end}, but the file has {file.Length} bytes"
                    );
                }

                tensors[name] = new StoredTensor(
                    (string)entry["dtype"]!,
                    [.. entry["shape"]!.AsArray().Select(s => (long)s!)],
                    file[(values + begin)..(values + end)]
                );
            }

            var metadata = (header[MetadataKey]?.AsObject() ?? []).ToDictionary(
                m => m.Key,
                m => (string)m.Value!,
                StringComparer.Ordinal
            );
            return (tensors, metadata);
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or JsonException
                        or InvalidOperationException
                        or ArgumentException
                        or NullReferenceException
                        or FormatException
                        or OverflowException
            )
        {
            throw new TrainingException(
                ErrorKind.BadInput,
                "badCheckpoint",
                $"{path}: not a checkpoint in the safetensors format, or truncated: {e.Message}",
                e
            );
        }
    }
}
