using System.Collections.Concurrent;
using SkiaSharp;

namespace Mien.Testing;

/// <summary>Draws the frames of a <see cref="MadeClip"/>. Not thread-safe.</summary>
internal sealed class ClipDrawing : IDisposable
{
    /// <summary>
    /// The colours of the persons: of the skin, by which the gray face is multiplied, and of the clothes.
    /// </summary>
    private static readonly (float Red, float Green, float Blue, SKColor Clothes)[] Persons =
    [
        (1.00f, 0.84f, 0.74f, new SKColor(170, 40, 45)),
        (0.84f, 0.64f, 0.50f, new SKColor(40, 70, 165)),
        (1.00f, 0.76f, 0.80f, new SKColor(45, 130, 60)),
        (0.96f, 0.96f, 0.88f, new SKColor(205, 170, 40)),
    ];

    private static readonly SKColor[] Scenes =
    [
        new(112, 122, 128),
        new(150, 120, 90),
        new(80, 110, 90),
        new(120, 95, 130),
    ];

    private static readonly ConcurrentDictionary<(int Person, Expression Expression), SKImage> Looks = new();

    private readonly MadeClip clip;
    private readonly SKSurface surface;
    private readonly Dictionary<int, SKImage> backgrounds = [];

    public ClipDrawing(MadeClip clip)
    {
        this.clip = clip;
        Info = new SKImageInfo(clip.Width, clip.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        surface = SKSurface.Create(Info);
    }

    private SKImageInfo Info { get; }

    /// <summary>Draws a frame as a photo, which the caller disposes.</summary>
    public Photo Photo(int frame) => Mien.Photo.FromPixels(Pixels(frame), clip.Width, clip.Height, PixelLayout.Rgbx);

    /// <summary>Draws a frame: the pixels row by row, as red, green, blue and 255.</summary>
    public unsafe byte[] Pixels(int frame)
    {
        double time = clip.TimeOf(frame);
        SKCanvas canvas = surface.Canvas;
        canvas.DrawImage(Background(clip.SceneAt(time)), 0, 0);
        foreach (ClipFace face in clip.Faces.Where(f => f.IsThereAt(time)))
        {
            Draw(canvas, face, time);
        }

        using var paint = new SKPaint { Color = new SKColor(60, 62, 66) };
        foreach (ClipObstacle obstacle in clip.Obstacles.Where(o => o.IsThereAt(time)))
        {
            canvas.DrawRect(obstacle.X, obstacle.Y, obstacle.Width, obstacle.Height, paint);
        }

        FrameCounter.Draw(canvas, clip.Width, frame);
        byte[] pixels = new byte[Info.BytesSize];
        fixed (byte* target = pixels)
        {
            Assert.True(surface.ReadPixels(Info, (nint)target, Info.RowBytes, 0, 0));
        }

        return pixels;
    }

    public void Dispose()
    {
        surface.Dispose();
        foreach (SKImage background in backgrounds.Values)
        {
            background.Dispose();
        }
    }

    private static void Draw(SKCanvas canvas, ClipFace face, double time)
    {
        ClipPose pose = face.PoseAt(time);
        float side = pose.Side;
        using var clothes = new SKPaint { Color = Persons[face.Person].Clothes, IsAntialias = true };
        canvas.DrawRoundRect(
            new SKRect(
                pose.X - (0.75f * side),
                pose.Y + (0.4f * side),
                pose.X + (0.75f * side),
                pose.Y + (1.7f * side)
            ),
            0.3f * side,
            0.3f * side,
            clothes
        );

        (Expression now, Expression before, double share) = face.ExpressionAt(time);
        canvas.Save();
        canvas.Translate(pose.X, pose.Y);
        canvas.RotateDegrees(pose.Roll);
        canvas.Scale(MathF.Cos(pose.Yaw * MathF.PI / 180), 1);
        var target = new SKRect(-side / 2, -side / 2, side / 2, side / 2);
        var sampling = new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear);
        using var paint = new SKPaint();
        if (share < 1)
        {
            canvas.DrawImage(Look(face.Person, before), target, sampling, paint);
            paint.Color = SKColors.White.WithAlpha((byte)Math.Round(255 * share));
        }

        canvas.DrawImage(Look(face.Person, now), target, sampling, paint);
        canvas.Restore();
    }

    /// <summary>The face of a person with an expression: an oval in the colour of the skin.</summary>
    private static SKImage Look(int person, Expression expression) =>
        Looks.GetOrAdd(
            (person, expression),
            look =>
            {
                using SKBitmap gray = SKBitmap.Decode(SampleFaces.All[(int)look.Expression].File);
                using SKSurface drawn = SKSurface.Create(
                    new SKImageInfo(gray.Width, gray.Height, SKColorType.Rgba8888, SKAlphaType.Premul)
                );
                (float red, float green, float blue, _) = Persons[look.Person];
                using SKColorFilter skin = SKColorFilter.CreateColorMatrix([
                    .. (float[])[red, 0, 0, 0, 0],
                    .. (float[])[0, green, 0, 0, 0],
                    .. (float[])[0, 0, blue, 0, 0],
                    .. (float[])[0, 0, 0, 1, 0],
                ]);
                using var paint = new SKPaint { ColorFilter = skin };
                drawn.Canvas.Clear(SKColors.Transparent);
                drawn.Canvas.DrawBitmap(gray, 0, 0, paint);
                using SKMaskFilter soft = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, gray.Width / 40f);
                using var oval = new SKPaint
                {
                    BlendMode = SKBlendMode.DstIn,
                    MaskFilter = soft,
                    IsAntialias = true,
                };
                using var shape = new SKPath();
                shape.AddOval(new SKRect(0, -0.1f * gray.Height, gray.Width, 1.05f * gray.Height));
                using var layer = new SKPaint { BlendMode = SKBlendMode.DstIn };
                drawn.Canvas.SaveLayer(layer);
                oval.BlendMode = SKBlendMode.SrcOver;
                drawn.Canvas.DrawPath(shape, oval);
                drawn.Canvas.Restore();
                return drawn.Snapshot();
            }
        );

    /// <summary>The background of a scene: a gradient with some shapes, always the same.</summary>
    private SKImage Background(int scene)
    {
        if (backgrounds.TryGetValue(scene, out SKImage? known))
        {
            return known;
        }

        var random = new Random(17 * (scene + 1));
        using SKSurface drawn = SKSurface.Create(Info);
        SKColor colour = Scenes[scene % Scenes.Length];
        using SKShader gradient = SKShader.CreateLinearGradient(
            new SKPoint(0, 0),
            new SKPoint(clip.Width, clip.Height),
            (SKColor[])[Shade(colour, 1.25), Shade(colour, 0.75)],
            SKShaderTileMode.Clamp
        );
        using var paint = new SKPaint { Shader = gradient };
        drawn.Canvas.DrawPaint(paint);
        for (int i = 0; i < 60; i++)
        {
            using var shape = new SKPaint { Color = Shade(colour, 0.5 + random.NextDouble()) };
            drawn.Canvas.DrawRect(
                (float)((1.2 * random.NextDouble()) - 0.2) * clip.Width,
                (float)((1.2 * random.NextDouble()) - 0.2) * clip.Height,
                (float)(0.04 + (0.16 * random.NextDouble())) * clip.Width,
                (float)(0.05 + (0.25 * random.NextDouble())) * clip.Height,
                shape
            );
        }

        return backgrounds[scene] = drawn.Snapshot();
    }

    private static SKColor Shade(SKColor colour, double by) =>
        new(Part(colour.Red, by), Part(colour.Green, by), Part(colour.Blue, by));

    private static byte Part(byte value, double by) => (byte)Math.Clamp(value * by, 0, 255);
}
