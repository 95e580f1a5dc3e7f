using SkiaSharp;

namespace Mien;

/// <summary>Draws on the pixels of photos, without a copy. Thread-safe for different photos.</summary>
internal static class PhotoCanvas
{
    /// <summary>Draws on a photo whose pixels nothing else uses.</summary>
    /// <param name="photo">The photo; its pixels are overwritten.</param>
    /// <param name="draw">Draws; must not keep the canvas.</param>
    /// <exception cref="MienException">The native library of SkiaSharp is missing.</exception>
    public static unsafe void Draw(Photo photo, Action<SKCanvas> draw)
    {
        var info = new SKImageInfo(photo.PixelWidth, photo.PixelHeight, SKColorType.Rgba8888, SKAlphaType.Opaque);
        try
        {
            fixed (byte* pixels = photo.Rgba)
            {
                using SKSurface surface =
                    SKSurface.Create(info, (nint)pixels)
                    ?? throw new InvalidOperationException(
                        $"Skia cannot draw on an image of {info.Width}×{info.Height}."
                    );
                draw(surface.Canvas);
                surface.Flush();
            }
        }
        catch (Exception e) when (NativeLibraries.IsMissing(e))
        {
            throw NativeLibraries.Missing("SkiaSharp", e);
        }
    }
}
