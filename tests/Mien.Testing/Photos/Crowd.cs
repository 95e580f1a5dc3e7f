using System.Numerics;
using SkiaSharp;

namespace Mien.Testing;

/// <summary>
/// Large pictures full of small faces: the photos, shrunk until their faces have a given size, side by side. So a
/// face's size in pixels varies while the picture's does not, and each face comes at many places of the tiles.
/// </summary>
internal static class Crowd
{
    /// <summary>
    /// Makes as many pictures as it takes to show every photo at least once; each is filled up with more of them.
    /// </summary>
    /// <param name="photos">The photos in their full size.</param>
    /// <param name="faceSize">The faces' mean size (<see cref="MarkedFace.Size"/>) in each photo, in pixels.</param>
    /// <param name="width">Width of the pictures.</param>
    /// <param name="height">Height of the pictures; large enough for the largest of the shrunk photos.</param>
    /// <returns>Pictures that the caller disposes of.</returns>
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
