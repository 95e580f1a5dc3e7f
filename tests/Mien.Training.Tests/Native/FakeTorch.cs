using System.Buffers.Binary;
using System.Text;

namespace Mien.Training.Tests;

/// <summary>Folders with files that have the names of libtorch's libraries, and what they need.</summary>
internal static class FakeTorch
{
    private const int LoadAddress = 0x1000;

    /// <summary>Writes an empty file for each library of a libtorch for the CPU, or for CUDA.</summary>
    /// <returns>The folder with the libraries.</returns>
    public static string Write(TempFolder folder, string name, bool cuda = false, params string[] without)
    {
        string[] libraries = ["c10", "torch_cpu", "torch", .. cuda ? (string[])["c10_cuda", "torch_cuda"] : []];
        foreach (string library in libraries.Except(without))
        {
            folder.Write($"{name}/{TorchFolder.FileOf(library)}", "");
        }

        return folder[name];
    }

    /// <summary>A 64-bit ELF file that needs some libraries and has nothing else.</summary>
    public static byte[] Elf(params string[] needed)
    {
        byte[] strings = Encoding.UTF8.GetBytes("\0" + string.Concat(needed.Select(n => n + "\0")));
        const int Dynamic = 64 + (2 * 56);
        int entries = needed.Length + 3,
            table = Dynamic + (entries * 16);
        byte[] image = new byte[table + strings.Length];
        "\u007fELF\u0002\u0001"u8.CopyTo(image);
        Write(0x20, 64); // program headers
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x36), 56);
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x38), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(64), 1); // PT_LOAD: the whole file
        Write(64 + 16, LoadAddress);
        Write(64 + 32, image.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(64 + 56), 2); // PT_DYNAMIC
        Write(64 + 56 + 8, Dynamic);
        Write(64 + 56 + 32, entries * 16);
        int at = 1;
        for (int i = 0; i < needed.Length; i++)
        {
            Entry(i, 1, at);
            at += Encoding.UTF8.GetByteCount(needed[i]) + 1;
        }

        Entry(needed.Length, 5, LoadAddress + table);
        Entry(needed.Length + 1, 10, strings.Length);
        strings.CopyTo(image, table);
        return image;

        void Entry(int index, long tag, long value)
        {
            Write(Dynamic + (16 * index), tag);
            Write(Dynamic + (16 * index) + 8, value);
        }

        void Write(int offset, long value) => BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(offset), value);
    }
}
