using SkiaSharp;

namespace Mien.Data;

/// <summary>Reads an image's size without decoding it.</summary>
internal static class ImageHeader
{
    /// <summary>
    /// Width and height as <see cref="GrayImage"/> would have them; <c>null</c> where Skia does not know the file.
    /// </summary>
    public static (int Width, int Height)? Size(byte[] bytes)
    {
        using var stream = new SKMemoryStream(bytes);
        using SKCodec? codec = SKCodec.Create(stream);
        if (codec is null)
        {
            return null;
        }

        // Turned by a quarter, with or without a mirror: the sides change places.
        bool turned =
            codec.EncodedOrigin
            is SKEncodedOrigin.LeftTop
                or SKEncodedOrigin.RightTop
                or SKEncodedOrigin.RightBottom
                or SKEncodedOrigin.LeftBottom;
        return turned ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
    }
}
