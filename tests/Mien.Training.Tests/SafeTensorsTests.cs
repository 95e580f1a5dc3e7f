using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Mien.Training.Tests;

public class SafeTensorsTests
{
    private static readonly Dictionary<string, StoredTensor> Tensors = new()
    {
        ["zwei"] = new StoredTensor("F32", [2, 3], [.. Enumerable.Range(0, 24).Select(i => (byte)i)]),
        ["blob"] = new StoredTensor("U8", [5], [9, 8, 7, 6, 5]),
        ["leer"] = new StoredTensor("F32", [0], []),
    };

    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "x", ["größe"] = "„12“ \n" };

    [Fact]
    public void Tensors_and_metadata_survive_a_round_trip()
    {
        using var folder = new TempFolder();
        SafeTensors.Write(folder["a"], Tensors, Metadata);
        (IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata) =
            SafeTensors.Read(folder["a"]);
        Assert.Equal(Metadata, metadata);
        Assert.Equal(Tensors.Keys.Order(), tensors.Keys.Order());
        foreach ((string name, StoredTensor tensor) in Tensors)
        {
            Assert.Equal(tensor.Type, tensors[name].Type);
            Assert.Equal(tensor.Shape, tensors[name].Shape);
            Assert.Equal(tensor.Bytes, tensors[name].Bytes);
        }

        Assert.Equal([folder["a"]], Directory.GetFileSystemEntries(folder[""]));
        SafeTensors.Write(folder["a"], [], new Dictionary<string, string>());
        Assert.Empty(SafeTensors.Read(folder["a"]).Tensors);
    }

    [Fact]
    public void The_file_follows_the_format()
    {
        using var folder = new TempFolder();
        SafeTensors.Write(folder["a"], Tensors, Metadata);
        byte[] file = File.ReadAllBytes(folder["a"]);
        long length = BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal(0, length % 8);
        Assert.Equal((byte)'{', file[8]);
        JsonObject header = JsonNode.Parse(file.AsSpan(8, (int)length))!.AsObject();
        Assert.Equal(["__metadata__", "blob", "leer", "zwei"], header.Select(h => h.Key).Order(StringComparer.Ordinal));
        int end = 0;
        foreach ((string name, JsonNode? entry) in header.Where(h => h.Key != "__metadata__"))
        {
            // Without gaps and in order, each with the length that its type and shape require.
            int[] offsets = [.. entry!["data_offsets"]!.AsArray().Select(o => (int)o!)];
            int elements = entry["shape"]!.AsArray().Aggregate(1, (product, side) => product * (int)side!);
            Assert.Equal([end, end + (elements * ((string)entry["dtype"]! == "F32" ? 4 : 1))], offsets);
            Assert.Equal(Tensors[name].Bytes, file[(int)(8 + length + offsets[0])..(int)(8 + length + offsets[1])]);
            end = offsets[1];
        }

        Assert.Equal(8 + length + end, file.Length);
    }

    [Fact]
    public void A_truncated_file_is_rejected()
    {
        using var folder = new TempFolder();
        SafeTensors.Write(folder["a"], Tensors, Metadata);
        byte[] file = File.ReadAllBytes(folder["a"]);
        for (int length = 0; length < file.Length; length++)
        {
            File.WriteAllBytes(folder["cut"], file[..length]);
            var error = Assert.Throws<TrainingException>(() => SafeTensors.Read(folder["cut"]));
            Assert.Equal("badCheckpoint", error.Code);
            Assert.Equal(ErrorKind.BadInput, error.Kind);
            Assert.StartsWith(
                folder["cut"] + ": not a checkpoint in the safetensors format, or truncated: ",
                error.Message,
                StringComparison.Ordinal
            );
        }

        File.WriteAllBytes(folder["cut"], file[..^1]);
        Assert.EndsWith(
            $"truncated: 'zwei' ends at byte {file.Length}, but the file has {file.Length - 1} bytes",
            Assert.Throws<TrainingException>(() => SafeTensors.Read(folder["cut"])).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("ÿØÿà JFIF, a picture")]
    [InlineData("emotion,pixels,Usage\n0,1 2 3,Training\n")]
    [InlineData("\u0002\0\0\0\0\0\0\0[]")]
    [InlineData("\u0004\0\0\0\0\0\0\0null")]
    [InlineData("\u0004\0\0\0\0\0\0\0{,,}")]
    [InlineData("\u000b\0\0\0\0\0\0\0{\"a\":\"one\"}")]
    [InlineData("\u0008\0\0\0\0\0\0\0{\"a\":[]}")]
    [InlineData("\u0008\0\0\0\0\0\0\0{\"a\":{}}")]
    [InlineData("\u0036\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[-9,1]}}")]
    [InlineData("\u0031\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[3]}}")]
    [InlineData("\u003f\0\0\0\0\0\0\0{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,99999999999]}}")]
    [InlineData("\u000f\0\0\0\0\0\0\0{\"a\":{},\"a\":{}}")]
    public void Foreign_and_corrupt_files_are_rejected(string content)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["a"], Encoding.Latin1.GetBytes(content));
        var error = Assert.Throws<TrainingException>(() => SafeTensors.Read(folder["a"]));
        Assert.Equal("badCheckpoint", error.Code);
        Assert.StartsWith(
            folder["a"] + ": not a checkpoint in the safetensors format, or truncated: ",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TempFolder();
        var error = Assert.Throws<TrainingException>(() => SafeTensors.Read(folder["none"]));
        Assert.Equal("checkpointNotFound", error.Code);
        Assert.StartsWith(
            folder["none"] + ": the checkpoint cannot be read: ",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Weights_of_a_file_without_a_network_are_rejected()
    {
        using var folder = new TempFolder();
        SafeTensors.Write(folder["a"], Tensors, Metadata);
        var error = Assert.Throws<TrainingException>(() => CheckpointReader.Read(folder["a"]));
        Assert.Equal(
            ("badCheckpoint", folder["a"] + ": no network description found; expected a checkpoint of mien-lab."),
            (error.Code, error.Message)
        );
    }
}
