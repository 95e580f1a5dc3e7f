using SkiaSharp;

namespace Mien.Testing;

/// <summary>Images without a face: every detection in them is a false positive.</summary>
internal static class FaceFree
{
    private const int Width = 1280;
    private const int Height = 960;

    /// <summary>
    /// Creates synthetic images: noise of several grain sizes, stripes, gradients, checkerboards, discs and text.
    /// Deterministic.
    /// </summary>
    public static IEnumerable<(string Name, Picture Picture)> Textures()
    {
        foreach (int grain in (int[])[1, 8, 32, 128])
        {
            yield return ($"noise of {grain} px", Noise(grain));
        }

        foreach (int width in (int[])[6, 24, 90])
        {
            yield return ($"stripes of {width} px", Painted(c => Stripes(c, width)));
            yield return ($"checkerboard of {width} px", Painted(c => Checkerboard(c, width)));
        }

        yield return (
            "linear gradient",
            Painted(c =>
                Gradient(
                    c,
                    SKShader.CreateLinearGradient(
                        new SKPoint(0, 0),
                        new SKPoint(Width, Height),
                        [new SKColor(20, 30, 60), new SKColor(240, 220, 190)],
                        SKShaderTileMode.Clamp
                    )
                )
            )
        );
        yield return (
            "radial gradient",
            Painted(c =>
                Gradient(
                    c,
                    SKShader.CreateRadialGradient(
                        new SKPoint(Width / 2f, Height / 2f),
                        Height / 2f,
                        [new SKColor(235, 190, 160), new SKColor(60, 40, 30)],
                        SKShaderTileMode.Clamp
                    )
                )
            )
        );
        yield return ("discs", Painted(Discs));
        foreach (int size in (int[])[14, 60])
        {
            yield return ($"text of {size} px", Painted(c => Text(c, size)));
        }
    }

    /// <summary>Gets the parts of a photo above, below and beside all heads, each as large as possible.</summary>
    public static IEnumerable<Picture> Margins(Picture photo)
    {
        var whole = new SKRectI(0, 0, photo.Width, photo.Height);
        SKRectI heads = photo.Faces.Select(Head).Aggregate(SKRectI.Union);
        SKRectI[] parts =
        [
            new(0, 0, whole.Right, heads.Top),
            new(0, heads.Bottom, whole.Right, whole.Bottom),
            new(0, 0, heads.Left, whole.Bottom),
            new(heads.Right, 0, whole.Right, whole.Bottom),
        ];
        return parts.Where(p => p.Width >= 64 && p.Height >= 64).Select(photo.Part);
    }

    /// <summary>Gets the squares of a grid that touch no head.</summary>
    public static IEnumerable<Picture> Squares(Picture photo, int side)
    {
        SKRectI[] heads = [.. photo.Faces.Select(Head)];
        for (int y = 0; y + side <= photo.Height; y += side)
        {
            for (int x = 0; x + side <= photo.Width; x += side)
            {
                SKRectI part = SKRectI.Create(x, y, side, side);
                if (!heads.Any(part.IntersectsWith))
                {
                    yield return photo.Part(part);
                }
            }
        }
    }

    /// <summary>Gets all images without a face that the benchmarks use; the caller must dispose them.</summary>
    public static IEnumerable<Picture> All(IReadOnlyList<Picture> photos) =>
        Textures()
            .Select(t => t.Picture)
            .Concat(photos.SelectMany(Margins))
            .Concat(((int[])[320, 480, 640]).SelectMany(side => photos.SelectMany(p => Squares(p, side))));

    /// <summary>
    /// Extends a marked face by its ears and hair, which the marks do not include, so that face-free parts contain no
    /// piece of a head.
    /// </summary>
    private static SKRectI Head(MarkedFace face) =>
        new(
            (int)(face.Box.X - (face.Box.Width * 0.4f)),
            (int)(face.Box.Y - (face.Box.Height * 0.6f)),
            (int)(face.Box.Right + (face.Box.Width * 0.4f)),
            (int)(face.Box.Bottom + (face.Box.Height * 0.1f))
        );

    private static Picture Painted(Action<SKCanvas> paint)
    {
        SKBitmap bitmap = Picture.NewBitmap(Width, Height);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        paint(canvas);
        return new Picture(bitmap, []);
    }

    private static Picture Noise(int grain)
    {
        // One random colour per grain, with interpolation in between.
        var random = new Random(grain);
        using SKBitmap coarse = Picture.NewBitmap((Width / grain) + 1, (Height / grain) + 1);
        coarse.Pixels =
        [
            .. Enumerable
                .Range(0, coarse.Width * coarse.Height)
                .Select(_ => new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256))),
        ];
        return Painted(canvas =>
        {
            using SKImage image = SKImage.FromBitmap(coarse);
            canvas.DrawImage(
                image,
                new SKRect(0, 0, coarse.Width * grain, coarse.Height * grain),
                new SKSamplingOptions(SKFilterMode.Linear)
            );
        });
    }

    private static void Stripes(SKCanvas canvas, int width)
    {
        using var paint = new SKPaint
        {
            Color = new SKColor(30, 60, 120),
            StrokeWidth = width,
            IsAntialias = true,
        };
        for (int x = -Height; x < Width; x += 2 * width)
        {
            canvas.DrawLine(x, 0, x + Height, Height, paint);
        }
    }

    private static void Checkerboard(SKCanvas canvas, int side)
    {
        using var paint = new SKPaint { Color = SKColors.Black };
        for (int y = 0; y < Height; y += side)
        {
            for (int x = y / side % 2 * side; x < Width; x += 2 * side)
            {
                canvas.DrawRect(x, y, side, side, paint);
            }
        }
    }

    private static void Gradient(SKCanvas canvas, SKShader shader)
    {
        using (shader)
        using (var paint = new SKPaint { Shader = shader })
        {
            canvas.DrawPaint(paint);
        }
    }

    private static void Discs(SKCanvas canvas)
    {
        var random = new Random(1);
        using var paint = new SKPaint { IsAntialias = true };
        for (int i = 0; i < 400; i++)
        {
            paint.Color = new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
            canvas.DrawCircle(random.Next(Width), random.Next(Height), random.Next(4, 80), paint);
        }
    }

    private static void Text(SKCanvas canvas, int size)
    {
        // Uses the font embedded in the library, so none needs to be installed.
        using var font = new SKFont(EmbeddedFont.Typeface, size);
        using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        var random = new Random(size);
        for (float y = size; y < Height; y += size * 1.3f)
        {
            string line = string.Concat(
                Enumerable
                    .Range(0, 4 * Width / size)
                    .Select(_ => random.Next(6) == 0 ? ' ' : (char)random.Next('!', 'z'))
            );
            canvas.DrawText(line, 4, y, font, paint);
        }
    }
}
