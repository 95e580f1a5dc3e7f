using System.Numerics.Tensors;
using Mien.Data;

namespace Mien.Tools;

/// <summary>
/// Averages many faces after alignment: first by their keypoints, then by warping each to the average of all. Without
/// alignment, the average is blurred.
/// </summary>
internal static class FaceAverage
{
    /// <summary>
    /// The factor by which images are enlarged first, so that bilinear interpolation loses no detail.
    /// </summary>
    private const int Enlargement = 4;

    private const int SelectionRounds = 15;
    private const int BendingRounds = 6;

    /// <summary>In pixels of <see cref="AlignedFace.Side"/>: small enough for a lip, too large for noise.</summary>
    private const float Smoothness = 3.5f;

    /// <summary>Averages the faces of a pool that are most alike.</summary>
    /// <param name="images">Where the faces come from.</param>
    /// <param name="pool">The faces to choose from.</param>
    /// <param name="count">
    /// The number of faces to average. The others differ most from the average: one open mouth among closed ones would
    /// show as a shadow.
    /// </param>
    /// <param name="side">Side of the result in pixels.</param>
    /// <returns>Values around 0, in standard deviations of a face.</returns>
    public static Plane Of(FaceDataset images, List<KeypointFace> pool, int count, int side)
    {
        FacePoint[] shape = MeanShape(pool);
        var faces = new AlignedFace[pool.Count];
        var mirrored = new AlignedFace[pool.Count];
        Parallel.For(
            0,
            pool.Count,
            i =>
            {
                Plane picture = Plane.Of(
                    new GrayImage(images.Width, images.Height, images.Image(pool[i].Index).ToArray()).Resize(
                        images.Width * Enlargement,
                        images.Height * Enlargement,
                        ResizeKernel.Lanczos
                    )
                );
                float width = (float)picture.Width / Math.Max(picture.Width, picture.Height);
                FacePoint[] p = pool[i].Points;
                faces[i] = new AlignedFace(picture, p, shape);
                mirrored[i] = new AlignedFace(
                    picture.Mirrored(),
                    [.. new[] { p[1], p[0], p[2], p[3] }.Select(q => q with { X = width - q.X })],
                    shape
                );
            }
        );
        List<AlignedFace> kept = MostAlike(faces, mirrored, count);
        for (int round = 0; round < BendingRounds; round++)
        {
            Bend(kept);
        }

        return Drawn(kept, side);
    }

    /// <summary>The average positions of the keypoints, made symmetric.</summary>
    private static FacePoint[] MeanShape(List<KeypointFace> pool)
    {
        float X(int point) => pool.Average(f => f.Points[point].X);
        float Y(int point) => pool.Average(f => f.Points[point].Y);
        float half = (X(1) - X(0)) / 2,
            eyes = (Y(0) + Y(1)) / 2;
        return [new(0.5f - half, eyes), new(0.5f + half, eyes), new(0.5f, Y(2)), new(0.5f, Y(3))];
    }

    /// <summary>
    /// Selects the faces nearest to their own average: starts with the average of all, keeps the nearest, and repeats
    /// with their average. Each face is used as it is or mirrored, whichever is nearer.
    /// </summary>
    private static List<AlignedFace> MostAlike(AlignedFace[] faces, AlignedFace[] mirrored, int count)
    {
        float[] window = new float[AlignedFace.Side * AlignedFace.Side];
        for (int i = 0; i < window.Length; i++)
        {
            // Compare the face, not the hair.
            float x = ((i % AlignedFace.Side) + 0.5f) / AlignedFace.Side,
                y = ((i / AlignedFace.Side) + 0.5f) / AlignedFace.Side;
            window[i] = MathF.Exp(-((x - 0.5f) * (x - 0.5f) / 0.08f) - ((y - 0.6f) * (y - 0.6f) / 0.1f));
        }

        List<AlignedFace> kept = [.. faces];
        for (int round = 0; round < SelectionRounds; round++)
        {
            float[] average = Mean(kept.ConvertAll(f => f.Features)).Values;
            TensorPrimitives.Multiply(average, window, average);
            float Likeness(AlignedFace face) =>
                TensorPrimitives.Dot(average, face.Features.Values)
                / (TensorPrimitives.Norm(face.Features.Values) + 1e-6f);
            kept =
            [
                .. faces
                    .Zip(mirrored, (face, twin) => Likeness(face) >= Likeness(twin) ? face : twin)
                    .OrderByDescending(Likeness)
                    .Take(count),
            ];
        }

        return kept;
    }

    private static void Bend(List<AlignedFace> faces)
    {
        Plane average = Mean(faces.ConvertAll(f => f.Field.Bend(f.Features)));
        Parallel.ForEach(
            faces,
            face => face.Field = Displacement.Register(average, face.Features, face.Field, Smoothness)
        );

        // Remove the mean warp, so that the average keeps its shape.
        Plane x = Mean(faces.ConvertAll(f => f.Field.X)),
            y = Mean(faces.ConvertAll(f => f.Field.Y));
        foreach (AlignedFace face in faces)
        {
            TensorPrimitives.Subtract(face.Field.X.Values, x.Values, face.Field.X.Values);
            TensorPrimitives.Subtract(face.Field.Y.Values, y.Values, face.Field.Y.Values);
        }
    }

    private static Plane Mean(List<Plane> planes)
    {
        var mean = new Plane(planes[0].Width, planes[0].Height);
        foreach (Plane plane in planes)
        {
            TensorPrimitives.Add(mean.Values, plane.Values, mean.Values);
        }

        TensorPrimitives.Divide(mean.Values, planes.Count, mean.Values);
        return mean;
    }

    private static Plane Drawn(List<AlignedFace> faces, int side)
    {
        var sum = new Plane(side, side);
        float[] total = new float[side * side];
        foreach (AlignedFace face in faces)
        {
            // Normalise, so that dark and bright photos have the same weight.
            (Plane drawn, Plane weights) = face.Drawn(side);
            drawn.Standardize();
            TensorPrimitives.MultiplyAdd(drawn.Values, weights.Values, sum.Values, sum.Values);
            TensorPrimitives.Add(total, weights.Values, total);
        }

        TensorPrimitives.Divide(sum.Values, total, sum.Values);
        return sum;
    }
}
