using System.Numerics;
using SkiaSharp;

namespace Mien.Testing;

/// <summary>
/// Large images full of small faces: copies of the photos, scaled so that the faces have a given size, next to one
/// another. The size of the faces varies while that of the image stays the same, and each face occurs at many positions
/// in the tiles.
/// </summary>
internal static class Crowd
{
    /// <summary>
    /// Creates as many images as needed to show every photo at least once. Each image is filled with copies of the
    /// photos.
    /// </summary>
    /// <param name="photos">The photos in full resolution.</param>
    /// <param name="faceSize">The faces' mean size (<see cref="MarkedFace.Size"/>) in each photo, in pixels.</param>
    /// <param name="width">Width of the images.</param>
    /// <param name="height">Height of the images; at least that of the largest scaled photo.</param>
    /// <returns>The images; the caller must dispose them.</returns>
    public static IEnumerable<Picture> Of(IReadOnlyList<Picture> photos, float faceSize, int width, int height)
    {
        Picture[] small = [.. photos.Select(p => p.Scaled(faceSize / p.Faces.Average(f => f.Size)))];
        try
        {
            if (small.Any(p => p.Width > width || p.Height > height))
            {
                throw new ArgumentException(
                    $"Photos with faces of {faceSize} pixels do not fit into {width}×{height}.",
                    nameof(faceSize)
                );
            }

            for (int next = 0; next < small.Length; )
            {
                yield return Fill(small, ref next, width, height);
            }
        }
        finally
        {
            foreach (Picture photo in small)
            {
                photo.Dispose();
            }
        }
    }

    private static Picture Fill(Picture[] photos, ref int next, int width, int height)
    {
        SKBitmap sheet = Picture.NewBitmap(width, height);
        using var canvas = new SKCanvas(sheet);
        canvas.Clear(Picture.Background);
        var faces = new List<MarkedFace>();
        for (int x = 0, y = 0, line = 0; ; next++)
        {
            Picture photo = photos[next % photos.Length];
            if (x + photo.Width > width)
            {
                (x, y, line) = (0, y + line, 0);
            }

            if (y + photo.Height > height)
            {
                return new Picture(sheet, faces);
            }

            canvas.DrawBitmap(photo.Bitmap, x, y);
            Matrix3x2 transform = Matrix3x2.CreateTranslation(x, y);
            faces.AddRange(photo.Faces.Select(f => f.Transformed(transform)));
            x += photo.Width;
            line = Math.Max(line, photo.Height);
        }
    }
}
