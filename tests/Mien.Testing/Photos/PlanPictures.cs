using SkiaSharp;

namespace Mien.Testing;

/// <summary>The pictures that plans of detection are compared on, by the row of the table.</summary>
internal static class PlanPictures
{
    private static readonly float[] Angles = [-90, -60, -45, -30, -15, 15, 30, 45, 60, 90, 135, 180];
    private static readonly float[] CrowdSizes = [128, 96, 80, 64, 48];
    private static readonly float[] PhotoSizes = [400, 200, 100, 64, 48, 24];

    /// <summary>The sides of cut pictures, as multiples of the marked face's longer side.</summary>
    public static readonly float[] Cuts = [1.15f, 1, 0.9f, 0.8f];

    /// <summary>The sides of cut pictures in pixels.</summary>
    public static readonly int[] CutSizes = [96, 224, 640];

    /// <summary>Creates the pictures one after another; the caller disposes each.</summary>
    public static IEnumerable<(string Row, Picture Picture)> All(IReadOnlyList<Picture> photos)
    {
        foreach (Picture photo in photos)
        {
            yield return ("photos", photo.Scaled(1));
        }

        foreach (Picture picture in FaceFree.All(photos))
        {
            yield return ("no face", picture);
        }

        foreach (float size in CrowdSizes)
        {
            foreach (Picture picture in Crowd.Of(photos, size, 1920, 1440))
            {
                yield return ($"crowd of {size} px", picture);
            }
        }

        foreach (float size in PhotoSizes)
        {
            foreach (Picture photo in photos)
            {
                yield return ($"photos, faces of {size} px", photo.Scaled(size / photo.Faces.Average(f => f.Size)));
            }
        }

        foreach (Picture photo in photos)
        {
            yield return ("soft gray photos, faces of 40 px", SoftGray(photo, 40));
            yield return ("dark photos", Dark(photo));
        }

        foreach (float angle in Angles)
        {
            foreach (Picture photo in photos)
            {
                yield return ($"photos at {angle}°", photo.Rotated(angle));
            }
        }

        foreach (int pixels in CutSizes)
        {
            foreach (float cut in Cuts)
            {
                foreach (Picture picture in photos.SelectMany(p => CutFaces(p, cut, pixels)))
                {
                    yield return ($"cut to {cut}, {pixels} px", picture);
                }
            }
        }

        foreach (Picture picture in photos.SelectMany((p, i) => LargeAndSmall(p, photos[(i + 1) % photos.Count])))
        {
            yield return ("large and small faces", picture);
        }

        foreach (int size in (int[])[120, 100, 80, 64])
        {
            foreach (
                Picture picture in photos.SelectMany((p, i) => LargeAndOne(p, photos[(i + 1) % photos.Count], size))
            )
            {
                yield return ($"a large face and one of {size} px", picture);
            }
        }

        foreach (int angle in (int[])[90, 180])
        {
            foreach (Picture picture in photos.SelectMany(p => CutFaces(p, 1.15f, 224)))
            {
                using (picture)
                {
                    yield return ($"cut to 1.15, 224 px, at {angle}°", picture.Rotated(angle));
                }
            }
        }

        yield return ("panorama, faces of 117 px", Panorama(photos));
    }

    /// <summary>Each face of a photo, cut to a square around its mark. The mark may reach beyond the picture.</summary>
    public static IEnumerable<Picture> CutFaces(Picture photo, float cut, int pixels)
    {
        foreach (MarkedFace face in photo.Faces)
        {
            float side = cut * MathF.Max(face.Box.Width, face.Box.Height);
            SKRectI square = SKRectI.Create(
                (int)MathF.Round(face.Box.Center.X - (side / 2)),
                (int)MathF.Round(face.Box.Center.Y - (side / 2)),
                (int)MathF.Round(side),
                (int)MathF.Round(side)
            );
            using Picture part = photo.Part(square);
            using var alone = new Picture(part.Bitmap.Copy(), [.. part.Faces.OrderBy(f => Distance(f, side)).Take(1)]);
            yield return alone.Scaled((float)pixels / square.Width);
        }
    }

    /// <summary>
    /// A photo reduced until its faces have some size, enlarged four times, and gray, as many data sets.
    /// </summary>
    private static Picture SoftGray(Picture photo, float size)
    {
        using Picture small = photo.Scaled(size / photo.Faces.Average(f => f.Size));
        using Picture large = small.Scaled(4);
        return Painted(
            large,
            SKColorFilter.CreateColorMatrix([
                0.3f,
                0.59f,
                0.11f,
                0,
                0,
                0.3f,
                0.59f,
                0.11f,
                0,
                0,
                0.3f,
                0.59f,
                0.11f,
                0,
                0,
                0,
                0,
                0,
                1,
                0,
            ])
        );
    }

    private static Picture Dark(Picture photo) =>
        Painted(
            photo,
            SKColorFilter.CreateColorMatrix([0.15f, 0, 0, 0, 0, 0, 0.15f, 0, 0, 0, 0, 0, 0.15f, 0, 0, 0, 0, 0, 1, 0])
        );

    private static Picture Painted(Picture photo, SKColorFilter filter)
    {
        SKBitmap bitmap = Picture.NewBitmap(photo.Width, photo.Height);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { ColorFilter = filter };
        canvas.DrawBitmap(photo.Bitmap, 0, 0, paint);
        filter.Dispose();
        return new Picture(bitmap, photo.Faces);
    }

    private static float Distance(MarkedFace face, float side) =>
        MathF.Abs(face.Box.Center.X - (side / 2)) + MathF.Abs(face.Box.Center.Y - (side / 2));

    /// <summary>A face of 500 pixels on the left, photos with faces of 100 pixels on the right, in 1920×1280.</summary>
    private static IEnumerable<Picture> LargeAndSmall(Picture photo, Picture other)
    {
        foreach (MarkedFace face in photo.Faces.Take(2))
        {
            using Picture single = Alone(photo, face, 1.6f);
            using Picture large = single.Scaled(800f / single.Width);
            using Picture small = other.Scaled(100 / other.Faces.Average(f => f.Size));
            yield return Beside(1920, 1280, (large, 40, 200), (small, 900, 300));
        }
    }

    private static IEnumerable<Picture> LargeAndOne(Picture photo, Picture other, int size)
    {
        foreach (MarkedFace face in photo.Faces.Take(2))
        {
            using Picture single = Alone(photo, face, 1.6f);
            using Picture large = single.Scaled(800f / single.Width);
            using Picture second = Alone(other, other.Faces[^1], 2.5f);
            using Picture small = second.Scaled(size / second.Faces[0].Size);
            yield return Beside(1920, 1280, (large, 40, 200), (small, 1300, 500));
        }
    }

    private static Picture Alone(Picture photo, MarkedFace face, float share)
    {
        float side = share * face.Size;
        using Picture part = photo.Part(
            SKRectI.Create(
                (int)(face.Box.Center.X - (side / 2)),
                (int)(face.Box.Center.Y - (side / 2)),
                (int)side,
                (int)side
            )
        );
        return new Picture(part.Bitmap.Copy(), [.. part.Faces.OrderBy(f => Distance(f, side)).Take(1)]);
    }

    /// <summary>A photo of 12,000×400 with faces of 117 pixels, beside one another.</summary>
    public static Picture Panorama(IReadOnlyList<Picture> photos)
    {
        Picture[] scaled = [.. photos.Select(p => p.Scaled(117 / p.Faces.Average(f => f.Size)))];
        var places = new List<(Picture, int, int)>();
        int x = 0;
        for (int i = 0; x + scaled[i % scaled.Length].Width <= 12000; i++)
        {
            Picture photo = scaled[i % scaled.Length];
            int middle = (int)photo.Faces.Average(f => f.Box.Center.Y);
            places.Add((photo, x, Math.Clamp(200 - middle, 400 - photo.Height, 0)));
            x += photo.Width + 100;
        }

        return Beside(12000, 400, [.. places]);
    }

    private static Picture Beside(int width, int height, params (Picture Picture, int X, int Y)[] parts)
    {
        SKBitmap sheet = Picture.NewBitmap(width, height);
        using var canvas = new SKCanvas(sheet);
        canvas.Clear(Picture.Background);
        var faces = new List<MarkedFace>();
        foreach ((Picture picture, int x, int y) in parts)
        {
            canvas.DrawBitmap(picture.Bitmap, x, y);
            faces.AddRange(
                picture
                    .Faces.Select(f => f.Transformed(System.Numerics.Matrix3x2.CreateTranslation(x, y)))
                    .Where(f => f.Box.Y >= 0 && f.Box.Bottom <= height && f.Box.Right <= width)
            );
        }

        return new Picture(sheet, faces);
    }
}
