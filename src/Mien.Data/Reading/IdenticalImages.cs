using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Mien.Data;

/// <summary>Finds exact duplicates: images with the same pixels.</summary>
internal static class IdenticalImages
{
    /// <summary>For each image, the index of the first image with the same pixels, which may be its own.</summary>
    public static int[] FirstOf(FaceDataset dataset)
    {
        int[] first = new int[dataset.Count];
        var known = new Dictionary<int, int>(dataset.Count, new ByPixels(dataset));
        for (int i = 0; i < first.Length; i++)
        {
            ref int found = ref CollectionsMarshal.GetValueRefOrAddDefault(known, i, out bool exists);
            found = exists ? found : i;
            first[i] = found;
        }

        return first;
    }

    /// <summary>Compares images given by index, first by hash, then exactly.</summary>
    private sealed class ByPixels(FaceDataset dataset) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y) => x == y || dataset.Image(x).SequenceEqual(dataset.Image(y));

        public int GetHashCode(int obj)
        {
            ReadOnlySpan<byte> pixels = dataset.Image(obj);
            ulong hash = 0;
            int i = 0;
            for (; i <= pixels.Length - sizeof(ulong); i += sizeof(ulong))
            {
                hash =
                    (BitOperations.RotateLeft(hash, 23) ^ BinaryPrimitives.ReadUInt64LittleEndian(pixels[i..]))
                    * 0x9E3779B97F4A7C15;
            }

            for (; i < pixels.Length; i++)
            {
                hash = (BitOperations.RotateLeft(hash, 23) ^ pixels[i]) * 0x9E3779B97F4A7C15;
            }

            return (int)(hash >> 32);
        }
    }
}
