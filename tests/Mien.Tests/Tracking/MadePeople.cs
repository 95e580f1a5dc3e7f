using System.Collections.Concurrent;
using Mien.Testing;

namespace Mien.Tests;

/// <summary>Someone in a made film: the colours that are drawn.</summary>
internal sealed record MadePerson(
    (byte R, byte G, byte B) Skin,
    (byte R, byte G, byte B) Hair,
    (byte R, byte G, byte B) Clothes
)
{
    private static readonly (byte, byte, byte)[] Skins =
    [
        (236, 200, 178),
        (224, 172, 138),
        (190, 138, 104),
        (140, 94, 66),
        (92, 60, 44),
    ];

    private static readonly (byte, byte, byte)[] Hairs =
    [
        (26, 22, 22),
        (72, 48, 32),
        (196, 160, 104),
        (150, 150, 152),
        (130, 62, 34),
    ];

    public static MadePerson Of(Random random) =>
        new(
            Skins[random.Next(Skins.Length)],
            Hairs[random.Next(Hairs.Length)],
            ((byte)random.Next(20, 220), (byte)random.Next(20, 220), (byte)random.Next(20, 220))
        );
}

/// <summary>A picture in which people are drawn: faces of samples/faces in colours, with hair and clothes.</summary>
internal sealed class MadePicture
{
    private static readonly Lazy<byte[][]> Faces = new(() =>
        [.. Enum.GetValues<Expression>().Select(e => SampleFaces.Crop(e).Pixels)]
    );

    private readonly byte[] pixels;

    public MadePicture(int width, int height, int seed, double pan = 0, double zoom = 1)
    {
        Width = width;
        Height = height;
        pixels = new byte[3 * width * height];
        Scene scene = Scene.Of(seed);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double right = (((double)x / width) - 0.5) / zoom + 0.5 + pan,
                    down = (((double)y / height) - 0.5) / zoom + 0.5;
                Set(x, y, scene.At(right, down), 1);
            }
        }
    }

    public MadePicture(MadePicture copied)
    {
        (Width, Height, pixels) = (copied.Width, copied.Height, [.. copied.pixels]);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Draws a person whose face has a box. Light: 1 as is.</summary>
    public void Draw(MadePerson person, FaceBox box, Expression expression, double light)
    {
        byte[] face = Faces.Value[(int)expression];
        float w = box.Width,
            h = box.Height;
        for (int y = Math.Max(0, (int)(box.Y - (0.5f * h))); y < Math.Min(Height, box.Bottom + (2 * h)); y++)
        {
            for (int x = Math.Max(0, (int)(box.X - (0.6f * w))); x < Math.Min(Width, box.Right + (0.6f * w)); x++)
            {
                float right = (x - box.Center.X) / w,
                    down = (y - box.Center.Y) / h;
                bool inHair = down < 0.15f && Square(right / 0.6f) + Square((down + 0.15f) / 0.62f) < 1;
                bool inClothes = down > 0.68f && Math.Abs(right) < 0.55f + MathF.Min(0.55f, down - 0.68f);
                if (Square(right / 0.47f) + Square(down / 0.52f) < 1)
                {
                    int fx = Math.Clamp((int)((right + 0.5f) * 48), 0, 47),
                        fy = Math.Clamp((int)((down + 0.5f) * 48), 0, 47);
                    Set(x, y, person.Skin, light * face[(fy * 48) + fx] / 150.0);
                }
                else if (inHair)
                {
                    Set(x, y, person.Hair, light);
                }
                else if (inClothes)
                {
                    Set(x, y, person.Clothes, light);
                }
                else if (down > 0 && down <= 0.68f && Math.Abs(right) < 0.25f)
                {
                    Set(x, y, person.Skin, 0.7 * light);
                }
            }
        }
    }

    /// <summary>Draws something in front of everything: a pillar.</summary>
    public void Pillar(double left, double right)
    {
        for (int y = 0; y < Height; y++)
        {
            for (int x = Math.Max(0, (int)left); x < Math.Min(Width, right); x++)
            {
                Set(x, y, (110, 105, 98), 1);
            }
        }
    }

    public void Adjust(double gain, double offset)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp((gain * pixels[i]) + offset, 0, 255);
        }
    }

    /// <summary>Mixes another picture in: 0 none of it, 1 only it.</summary>
    public void Mix(MadePicture other, double share)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((pixels[i] * (1 - share)) + (other.pixels[i] * share));
        }
    }

    public void AddNoise(Random random, int amplitude)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp(pixels[i] + random.Next(-amplitude, amplitude + 1), 0, 255);
        }
    }

    public Photo ToPhoto() => Photo.FromPixels(pixels, Width, Height, PixelLayout.Rgb);

    private static float Square(float value) => value * value;

    private void Set(int x, int y, (byte R, byte G, byte B) colour, double light)
    {
        int at = 3 * ((y * Width) + x);
        pixels[at] = (byte)Math.Min(255, colour.R * light);
        pixels[at + 1] = (byte)Math.Min(255, colour.G * light);
        pixels[at + 2] = (byte)Math.Min(255, colour.B * light);
    }

    /// <summary>A background without end: a gradient with rectangles and discs like furniture.</summary>
    private sealed class Scene
    {
        private readonly (double X, double Y, double Size, bool Round, (byte, byte, byte) Colour)[] things;
        private const double Left = -2.5;
        private const int Cells = 200;
        private const int Across = 6 * Cells;
        private readonly (byte R, byte G, byte B) ground;
        private readonly (byte R, byte G, byte B)[] painted;

        private static readonly ConcurrentDictionary<int, Scene> Known = new();

        public static Scene Of(int seed) => Known.GetOrAdd(seed, s => new Scene(s));

        private Scene(int seed)
        {
            var random = new Random(seed);
            ground = Colour(random);
            things =
            [
                .. Enumerable
                    .Range(0, 90)
                    .Select(_ =>
                        (
                            (6 * random.NextDouble()) - 2.5,
                            random.NextDouble(),
                            0.03 + (0.12 * random.NextDouble()),
                            random.Next(2) == 0,
                            Colour(random)
                        )
                    ),
            ];
            painted = Paint();
        }

        /// <summary>The colour at a place; the frame without pan and zoom is 0..1.</summary>
        public (byte R, byte G, byte B) At(double x, double y)
        {
            int column = Math.Clamp((int)((x - Left) * Cells), 0, Across - 1),
                row = Math.Clamp((int)(y * Cells), 0, Cells - 1);
            return painted[(row * Across) + column];
        }

        private (byte R, byte G, byte B)[] Paint()
        {
            var colours = new (byte R, byte G, byte B)[Across * Cells];
            for (int i = 0; i < colours.Length; i++)
            {
                double shade = 0.7 + (0.3 * (i / Across) / Cells);
                colours[i] = ((byte)(ground.R * shade), (byte)(ground.G * shade), (byte)(ground.B * shade));
            }

            foreach ((double x, double y, double size, bool round, (byte, byte, byte) colour) in things)
            {
                for (int row = 0; row < Cells; row++)
                {
                    double dy = Math.Abs(((double)row / Cells) - y) * 0.6;
                    int from = Math.Max(0, (int)((x - size - Left) * Cells)),
                        to = Math.Min(Across, (int)((x + size - Left) * Cells));
                    for (int column = from; dy < size && column < to; column++)
                    {
                        double dx = Math.Abs(((double)column / Cells) + Left - x);
                        if (!round || (dx * dx) + (dy * dy) < size * size)
                        {
                            colours[(row * Across) + column] = colour;
                        }
                    }
                }
            }

            return colours;
        }

        private static (byte R, byte G, byte B) Colour(Random random)
        {
            // Rooms and streets are mostly of weak colours.
            int gray = random.Next(30, 225);
            return (Near(), Near(), Near());

            byte Near() => (byte)Math.Clamp(gray + random.Next(-35, 36), 0, 255);
        }
    }
}
