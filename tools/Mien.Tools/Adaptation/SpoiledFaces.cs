using Mien.Data;

namespace Mien.Tools;

/// <summary>Pictures unlike upright, well exposed faces, to try a guard on.</summary>
internal static class SpoiledFaces
{
    /// <summary>The ways in which a picture is made unlike the others; the first leaves it as it is.</summary>
    public static IReadOnlyList<(string Name, Func<byte[], int, Random, byte[]> Make)> Kinds { get; } =
    [
        ("other faces of the same kind", (pixels, _, _) => pixels),
        ("0.3 of the brightness", (pixels, _, _) => Array.ConvertAll(pixels, p => (byte)(p * 0.3))),
        ("0.1 of the brightness", (pixels, _, _) => Array.ConvertAll(pixels, p => (byte)(p * 0.1))),
        ("quarter turn", (pixels, side, _) => Turn(pixels, side)),
        ("upside down", (pixels, side, _) => Turn(Turn(pixels, side), side)),
        ("eye region, enlarged fourfold", (pixels, side, _) => Enlarge(pixels, side)),
        ("blocks of 8 × 8 pixels shuffled", Shuffle),
        ("white noise", (pixels, _, random) => Array.ConvertAll(pixels, _ => (byte)random.Next(256))),
        ("gradient", (pixels, side, random) => Gradient(pixels, side, random)),
    ];

    /// <summary>Makes a data set of one kind.</summary>
    public static FaceDataset Make(FaceDataset images, Func<byte[], int, Random, byte[]> make, int seed)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[images.Pixels.Length];
        int size = images.Width * images.Height;
        for (int i = 0; i < images.Count; i++)
        {
            make(images.Image(i).ToArray(), images.Width, random).CopyTo(pixels, i * size);
        }

        return new FaceDataset(images.Name, images.Width, images.Height, pixels, images.Labels, images.Splits);
    }

    private static byte[] Turn(byte[] pixels, int side)
    {
        byte[] turned = new byte[pixels.Length];
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                turned[(x * side) + side - 1 - y] = pixels[(y * side) + x];
            }
        }

        return turned;
    }

    private static byte[] Enlarge(byte[] pixels, int side)
    {
        byte[] enlarged = new byte[pixels.Length];
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                enlarged[(y * side) + x] = pixels[(((side / 4) + (y / 4)) * side) + (side / 8) + (x / 4)];
            }
        }

        return enlarged;
    }

    private static byte[] Shuffle(byte[] pixels, int side, Random random)
    {
        const int Block = 8;
        int across = side / Block;
        int[] order = [.. Enumerable.Range(0, across * across)];
        random.Shuffle(order);
        byte[] shuffled = new byte[pixels.Length];
        for (int b = 0; b < order.Length; b++)
        {
            for (int y = 0; y < Block; y++)
            {
                int from = ((((order[b] / across) * Block) + y) * side) + (order[b] % across * Block);
                int to = ((((b / across) * Block) + y) * side) + (b % across * Block);
                pixels.AsSpan(from, Block).CopyTo(shuffled.AsSpan(to));
            }
        }

        return shuffled;
    }

    private static byte[] Gradient(byte[] pixels, int side, Random random)
    {
        double angle = random.NextDouble() * Math.Tau;
        byte[] made = new byte[pixels.Length];
        for (int i = 0; i < made.Length; i++)
        {
            double x = ((i % side) - (side / 2.0)) / side;
            double y = ((i / side) - (side / 2.0)) / side;
            made[i] = (byte)Math.Clamp(128 + (150 * ((x * Math.Cos(angle)) + (y * Math.Sin(angle)))), 0, 255);
        }

        return made;
    }
}
