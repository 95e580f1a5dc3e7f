using SkiaSharp;

namespace Mien.Data;

/// <summary>Reads an image's size without decoding it.</summary>
internal static class ImageHeader
{
    /// <summary>
    /// Width and height as <see cref="GrayImage"/> would decode them; <c>null</c> if Skia does not know the format.
    /// </summary>
    public static (int Width, int Height)? Size(byte[] bytes)
    {
        using var stream = new SKMemoryStream(bytes);
        using SKCodec? codec = SKCodec.Create(stream);
        if (codec is null)
        {
            return null;
        }

        // Rotated by 90° or 270°, mirrored or not: width and height are swapped.
        bool turned =
            codec.EncodedOrigin
            is SKEncodedOrigin.LeftTop
                or SKEncodedOrigin.RightTop
                or SKEncodedOrigin.RightBottom
                or SKEncodedOrigin.LeftBottom;
        return turned ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
    }
}
