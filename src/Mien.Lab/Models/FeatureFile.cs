using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Mien.CommandLine;
using Mien.Data;

namespace Mien.Lab;

/// <summary>
/// The features of images in a file that grows while they are computed, so that an interruption loses none: a header
/// that names model and images by a hash, then the rows as little-endian float32. Not thread-safe.
/// </summary>
internal sealed class FeatureFile : IDisposable
{
    private const int HeaderLength = 48;

    private readonly FileStream stream;
    private readonly int width;

    private FeatureFile(FileStream stream, int width, int rows)
    {
        this.stream = stream;
        this.width = width;
        Rows = rows;
    }

    /// <summary>The number of rows that are complete.</summary>
    public int Rows { get; private set; }

    /// <summary>Opens a file, or begins a new one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The bytes of the model.</param>
    /// <param name="images">The images.</param>
    /// <param name="features">Receives the rows that are in the file: images × width.</param>
    /// <exception cref="UsageException">
    /// It is another file, or holds features of another model or other images.
    /// </exception>
    public static FeatureFile Open(string path, byte[] model, FaceDataset images, float[] features)
    {
        int width = features.Length / images.Count;
        byte[] header = Header(model, images, width);
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            int rows = 0;
            if (stream.Length == 0)
            {
                stream.Write(header);
            }
            else
            {
                byte[] found = new byte[HeaderLength];
                if (
                    stream.ReadAtLeast(found, HeaderLength, throwOnEndOfStream: false) < HeaderLength
                    || !found.SequenceEqual(header)
                )
                {
                    throw new UsageException(
                        $"{path}: not the features of this model and these images. Name another file with --features, "
                            + $"or delete this one."
                    );
                }

                // A row that an interruption cut off is computed again.
                rows = (int)Math.Min(images.Count, (stream.Length - HeaderLength) / (width * sizeof(float)));
                stream.ReadExactly(MemoryMarshal.AsBytes(features.AsSpan(0, rows * width)));
                Swap(features.AsSpan(0, rows * width));
                stream.SetLength(stream.Position);
            }

            return new FeatureFile(stream, width, rows);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Appends the rows that were computed since the last call.</summary>
    /// <param name="features">All rows.</param>
    /// <param name="rows">The number of rows that are complete now.</param>
    public void Append(float[] features, int rows)
    {
        float[] added = features[(Rows * width)..(rows * width)];
        Swap(added);
        stream.Write(MemoryMarshal.AsBytes(added.AsSpan()));
        stream.Flush();
        Rows = rows;
    }

    public void Dispose() => stream.Dispose();

    private static byte[] Header(byte[] model, FaceDataset images, int width)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(model);
        hash.AppendData(images.Pixels);
        byte[] header = new byte[HeaderLength];
        "MIENFEAT"u8.CopyTo(header);
        hash.GetHashAndReset().CopyTo(header, 8);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(44), images.Count);
        return header;
    }

    private static void Swap(Span<float> values)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<uint> bits = MemoryMarshal.Cast<float, uint>(values);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }
}
