using Mien.Data;

namespace Mien.Tools.Tests;

/// <summary>Whether faces are brought into line before they are averaged.</summary>
public sealed class FaceAverageTests
{
    [Fact]
    public void The_affine_transform_is_found_from_three_points()
    {
        var expected = new Affine(1.1f, -0.2f, 3, 0.3f, 0.9f, -5);
        FacePoint[] from = [new(0, 0), new(1, 0.1f), new(0.3f, 1)];
        FacePoint[] to = [.. from.Select(p => expected.Apply(p.X, p.Y)).Select(p => new FacePoint(p.X, p.Y))];

        Affine found = Affine.Fit(from, to);

        (float x, float y) = found.Apply(2, 3);
        (float expectedX, float expectedY) = expected.Apply(2, 3);
        Assert.Equal(expectedX, x, 1e-3f);
        Assert.Equal(expectedY, y, 1e-3f);
    }

    [Fact]
    public void A_picture_that_is_bent_back_is_nearer_to_the_original()
    {
        Plane target = Plane.Of(SampleFaces.Face(Expression.Surprise)).Resized(128, 128).LocallyNormalized(10);
        var bend = Displacement.None(128);
        for (int i = 0; i < bend.X.Values.Length; i++)
        {
            bend.X.Values[i] = 3 * MathF.Sin(i / 128 / 20f);
            bend.Y.Values[i] = 2 * MathF.Cos(i % 128 / 25f);
        }

        Plane bent = bend.Bend(target);

        Plane back = Displacement.Register(target, bent, Displacement.None(128), smoothness: 4).Bend(bent);

        Assert.InRange(Difference(back, target), 0, Difference(bent, target) / 3);
    }

    [Theory]
    [InlineData(Expression.Happiness)]
    [InlineData(Expression.Fear)]
    public void Faces_in_different_places_become_one_without_ghosts(Expression expression)
    {
        (FaceDataset images, List<KeypointFace> faces) = Shifted(expression, 60);

        Plane aligned = FaceAverage.Of(images, faces, count: 50, side: 128);

        // Registration lacks what the crops cut away: only the middle of the face is compared.
        Plane original = Middle(Plane.Of(SampleFaces.Crop(expression)));
        double found = Correlation(Middle(aligned.Resized(48, 48)), original);
        double plain = Correlation(Middle(Mean(images)), original);
        Assert.InRange(found, 0.95, 1);
        Assert.True(1 - found < (1 - plain) / 2, $"aligned {found:F3}, plain {plain:F3}");
    }

    /// <summary>One face, shifted by up to four pixels and with noise.</summary>
    private static (FaceDataset Images, List<KeypointFace> Faces) Shifted(Expression expression, int count)
    {
        var random = new Random(1);
        Plane face = Plane.Of(SampleFaces.Crop(expression));
        FacePoint[] points = [new(0.32f, 0.4f), new(0.68f, 0.4f), new(0.5f, 0.6f), new(0.5f, 0.78f)];
        byte[] pixels = new byte[count * 48 * 48];
        var faces = new List<KeypointFace>();
        for (int i = 0; i < count; i++)
        {
            float right = (float)((random.NextDouble() * 8) - 4),
                down = (float)((random.NextDouble() * 8) - 4);
            for (int at = 0; at < 48 * 48; at++)
            {
                float value = face.At((at % 48) - right, (at / 48) - down) + random.Next(-20, 21);
                pixels[(i * 48 * 48) + at] = (byte)Math.Clamp(value, 0, 255);
            }

            faces.Add(
                new KeypointFace(i, [.. points.Select(p => new FacePoint(p.X + (right / 48), p.Y + (down / 48)))])
            );
        }

        return (
            new FaceDataset(
                "made",
                48,
                48,
                pixels,
                new byte[count],
                [.. Enumerable.Repeat(DatasetSplit.Training, count)]
            ),
            faces
        );
    }

    private static Plane Mean(FaceDataset images)
    {
        var mean = new Plane(48, 48);
        for (int i = 0; i < images.Count; i++)
        {
            for (int at = 0; at < 48 * 48; at++)
            {
                mean.Values[at] += images.Image(i)[at];
            }
        }

        return mean;
    }

    private static Plane Middle(Plane plane)
    {
        var middle = new Plane(28, 30);
        for (int i = 0; i < middle.Values.Length; i++)
        {
            middle.Values[i] = plane.Values[((10 + (i / 28)) * 48) + 10 + (i % 28)];
        }

        return middle;
    }

    private static double Difference(Plane a, Plane b) =>
        a.Values.Zip(b.Values, (x, y) => (double)(x - y) * (x - y)).Sum();

    private static double Correlation(Plane a, Plane b)
    {
        double meanA = a.Values.Average(),
            meanB = b.Values.Average();
        double products = 0,
            squaresA = 0,
            squaresB = 0;
        for (int i = 0; i < a.Values.Length; i++)
        {
            double x = a.Values[i] - meanA,
                y = b.Values[i] - meanB;
            products += x * y;
            squaresA += x * x;
            squaresB += y * y;
        }

        return products / Math.Sqrt(squaresA * squaresB);
    }
}
