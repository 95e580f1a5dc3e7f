using System.Numerics.Tensors;
using Mien.Data;

namespace Mien.Tools;

/// <summary>Chooses the images of one expression that can be averaged.</summary>
internal sealed class FaceSelection(FaceDataset images, FaceDetector detector)
{
    /// <summary>An average of fewer images is not made: a person could be recognised in it.</summary>
    public const int MinImages = 50;

    /// <summary>
    /// Two images whose pixels correlate more than this may be one photo, stored or cropped twice: only one of them is
    /// used, so that no person is averaged several times.
    /// </summary>
    public const double SamePhoto = 0.7;

    /// <summary>The side of the image for the detector, and the share of it that the crop fills.</summary>
    private const int Canvas = 256;

    private const double Share = 0.65;

    /// <summary>Lower than for photos, because these images are known to be faces.</summary>
    private const float MinScore = 0.6f;

    private const float MaxRoll = 15;

    /// <summary>
    /// The maximum horizontal distance of the nose tip from the midpoint of the eyes, in eye distances: a face that is
    /// turned aside cannot be aligned with the others.
    /// </summary>
    private const float MaxNoseOffset = 0.12f;

    /// <summary>
    /// Selects the frontal faces of one label in descending order of its probability, no two from one photo.
    /// </summary>
    /// <param name="probabilities">Images × 7, of the model that chooses.</param>
    /// <param name="expression">The label.</param>
    /// <param name="count">The maximum number.</param>
    public List<KeypointFace> Choose(float[] probabilities, Expression expression, int count)
    {
        int[] ranked =
        [
            .. Enumerable
                .Range(0, images.Count)
                .Where(i => images.Label(i) == expression)
                .OrderByDescending(i => probabilities[(i * Expressions.Count) + (int)expression])
                .ThenBy(i => i),
        ];
        var chosen = new List<KeypointFace>();
        var patterns = new List<float[]>();
        foreach (int[] some in ranked.Chunk(64))
        {
            var found = new KeypointFace?[some.Length];
            Parallel.For(0, some.Length, i => found[i] = Find(some[i]));
            foreach (KeypointFace face in found.OfType<KeypointFace>())
            {
                float[] pattern = Standardized(images.Image(face.Index));
                if (patterns.TrueForAll(p => TensorPrimitives.Dot(p, pattern) < SamePhoto))
                {
                    chosen.Add(face);
                    patterns.Add(pattern);
                }

                if (chosen.Count == count)
                {
                    return chosen;
                }
            }
        }

        return chosen;
    }

    private KeypointFace? Find(int index)
    {
        using Photo photo = FramingMeasurement.OnCanvas(
            images.Image(index),
            images.Width,
            images.Height,
            Canvas,
            Share
        );
        DetectedFace? face = detector
            .Detect(photo, new DetectionOptions { Tiles = Tiling.None, MinScore = MinScore })
            .MaxBy(f => f.Score);
        if (face is null || !IsFrontal(face.Keypoints))
        {
            return null;
        }

        // From the picture back to the crop, whose longer side is 1.
        FaceKeypoints k = face.Keypoints;
        float width = images.Width / (float)Math.Max(images.Width, images.Height),
            height = images.Height / (float)Math.Max(images.Width, images.Height);
        FacePoint[] points =
        [
            .. new[] { k.LeftEye, k.RightEye, k.Nose, k.Mouth }.Select(p => new FacePoint(
                (((p.X / Canvas) - 0.5f) / (float)Share) + (width / 2),
                (((p.Y / Canvas) - 0.5f) / (float)Share) + (height / 2)
            )),
        ];
        return new KeypointFace(index, points);
    }

    private static bool IsFrontal(FaceKeypoints points)
    {
        (float sin, float cos) = MathF.SinCos(points.Roll * (MathF.PI / 180));
        float x = points.Nose.X - ((points.LeftEye.X + points.RightEye.X) / 2),
            y = points.Nose.Y - ((points.LeftEye.Y + points.RightEye.Y) / 2);
        float eyes = MathF.Sqrt(
            MathF.Pow(points.RightEye.X - points.LeftEye.X, 2) + MathF.Pow(points.RightEye.Y - points.LeftEye.Y, 2)
        );
        return MathF.Abs(points.Roll) <= MaxRoll && MathF.Abs((x * cos) + (y * sin)) <= MaxNoseOffset * eyes;
    }

    /// <summary>Subtracts the mean and scales to length 1, so that dot products are correlations.</summary>
    private static float[] Standardized(ReadOnlySpan<byte> image)
    {
        float[] values = new float[image.Length];
        TensorPrimitives.ConvertTruncating(image, values);
        TensorPrimitives.Subtract(values, TensorPrimitives.Sum(values) / values.Length, values);
        TensorPrimitives.Divide(values, Math.Max(TensorPrimitives.Norm(values), 1e-6f), values);
        return values;
    }
}
