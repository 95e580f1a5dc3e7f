// Draws the packages' icon: dotnet run build/icon.cs -- src/Mien/icon.png
#:package SkiaSharp
#:package SkiaSharp.NativeAssets.Linux.NoDependencies
#:property PublishAot=false
using SkiaSharp;

const int Size = 128;
using var surface = SKSurface.Create(new SKImageInfo(Size, Size, SKColorType.Rgba8888, SKAlphaType.Premul));
SKCanvas canvas = surface.Canvas;
canvas.Clear(SKColors.Transparent);

using var background = new SKPaint { IsAntialias = true };
background.Shader = SKShader.CreateLinearGradient(
    new SKPoint(0, 0),
    new SKPoint(Size, Size),
    [new SKColor(0x1B, 0x3A, 0x57), new SKColor(0x2A, 0x7F, 0x8E)],
    SKShaderTileMode.Clamp
);
canvas.DrawRoundRect(new SKRect(0, 0, Size, Size), 24, 24, background);

// The corners of a detector's box around a face.
using var box = new SKPaint
{
    IsAntialias = true,
    Color = new SKColor(0x9F, 0xE3, 0xD6),
    Style = SKPaintStyle.Stroke,
    StrokeWidth = 5,
    StrokeCap = SKStrokeCap.Round,
    StrokeJoin = SKStrokeJoin.Round,
};
for (int corner = 0; corner < 4; corner++)
{
    using var path = new SKPath();
    path.MoveTo(14, 32);
    path.LineTo(14, 14);
    path.LineTo(32, 14);
    canvas.DrawPath(path, box);
    canvas.RotateDegrees(90, Size / 2f, Size / 2f);
}

using var face = new SKPaint { IsAntialias = true, Color = new SKColor(0xFF, 0xD1, 0x66) };
canvas.DrawCircle(64, 64, 37, face);
using var features = new SKPaint { IsAntialias = true, Color = new SKColor(0x1B, 0x3A, 0x57) };
canvas.DrawCircle(51, 56, 5, features);
canvas.DrawCircle(77, 56, 5, features);
using var line = new SKPaint
{
    IsAntialias = true,
    Color = features.Color,
    Style = SKPaintStyle.Stroke,
    StrokeWidth = 5,
    StrokeCap = SKStrokeCap.Round,
};
using var mouth = new SKPath();
mouth.MoveTo(46, 76);
mouth.CubicTo(54, 90, 68, 90, 82, 74);
canvas.DrawPath(mouth, line);

using SKImage image = surface.Snapshot();
using SKData png = image.Encode(SKEncodedImageFormat.Png, 100);
await File.WriteAllBytesAsync(args[0], png.ToArray());
