namespace Mien.Tools;

/// <summary>
/// Fits the side and the centre of the true crop as linear functions of the eyes' position in the detected box.
/// Thread-safe while adding.
/// </summary>
internal sealed class FramingFit
{
    /// <summary>
    /// Residuals under this length, in sides of the box, weigh the same: the sum of absolute residuals has no
    /// derivative at 0.
    /// </summary>
    private const double SmallResidual = 0.01;

    /// <summary>Reweighted least squares converge to the least absolute residuals in about this many steps.</summary>
    private const int Steps = 40;

    private readonly List<Sample> samples = [];
    private readonly Lock gate = new();

    /// <summary>The number of faces.</summary>
    public int Count => samples.Count;

    /// <summary>Adds a face. Thread-safe.</summary>
    /// <param name="image">The number of the image.</param>
    /// <param name="face">The detected face.</param>
    /// <param name="square">The true crop.</param>
    public void Add(int image, DetectedFace face, CropSquare square)
    {
        var sample = new Sample(
            image,
            EyePosition.Of(face.Box, face.Keypoints),
            Math.Log((face.Box.Width + face.Box.Height) / 2),
            CropPosition.Of(face, square)
        );
        lock (gate)
        {
            samples.Add(sample);
        }
    }

    /// <summary>
    /// Computes the coefficients with the least sum of absolute residuals, so that false detections hardly matter. The
    /// logarithm of the box's size and its square are further variables of the side and of the shift down, and are then
    /// left at their means: they take up what the size of the face in the network's input says about the crop.
    /// </summary>
    public EyeFraming Solve()
    {
        Sample[] all = [.. samples.OrderBy(s => s.Image)]; // the sums depend on the order
        double mean = all.Average(s => s.Size);
        double variance = all.Average(s => Math.Pow(s.Size - mean, 2));
        double[][] symmetric =
        [
            .. all.Select(s =>
                new[] { 1, s.Eyes.Distance, s.Eyes.Down, s.Size - mean, Math.Pow(s.Size - mean, 2) - variance }
            ),
        ];
        double[] side = LeastAbsolute(symmetric, [.. all.Select(s => s.Crop.Scale)]);
        double[] down = LeastAbsolute(symmetric, [.. all.Select(s => s.Crop.Down)]);

        // A mirrored face must give the mirrored crop: no constant, and no variable that mirroring leaves as it is.
        double[] right = LeastAbsolute(
            [.. all.Select(s => new double[] { s.Eyes.Right })],
            [.. all.Select(s => s.Crop.Right)]
        );
        return new EyeFraming(
            (float)side[0],
            (float)side[1],
            (float)side[2],
            (float)down[0],
            (float)down[1],
            (float)down[2],
            (float)right[0]
        );
    }

    /// <summary>Finds the weights with the least sum of absolute residuals by reweighted least squares.</summary>
    /// <param name="rows">The variables of each sample.</param>
    /// <param name="values">The value of each sample.</param>
    private static double[] LeastAbsolute(double[][] rows, double[] values)
    {
        double[] importance = new double[rows.Length];
        Array.Fill(importance, 1);
        double[] weights = [];
        for (int step = 0; step < Steps; step++)
        {
            weights = LeastSquares(rows, values, importance);
            for (int i = 0; i < rows.Length; i++)
            {
                importance[i] = 1 / Math.Max(SmallResidual, Math.Abs(values[i] - Dot(weights, rows[i])));
            }
        }

        return weights;
    }

    /// <summary>Solves the normal equations by Gaussian elimination; they have at most five unknowns.</summary>
    private static double[] LeastSquares(double[][] rows, double[] values, double[] importance)
    {
        int n = rows[0].Length;
        double[,] m = new double[n, n + 1];
        for (int k = 0; k < rows.Length; k++)
        {
            for (int i = 0; i < n; i++)
            {
                double weighted = importance[k] * rows[k][i];
                for (int j = 0; j < n; j++)
                {
                    m[i, j] += weighted * rows[k][j];
                }

                m[i, n] += weighted * values[k];
            }
        }

        for (int i = 0; i < n; i++)
        {
            // A variable that is constant in a small sample gets the weight 0 instead of a division by 0.
            m[i, i] += 1e-9 * rows.Length;
        }

        for (int i = 0; i < n; i++)
        {
            for (int row = 0; row < n; row++)
            {
                double factor = row == i ? 0 : m[row, i] / m[i, i];
                for (int column = i; column <= n; column++)
                {
                    m[row, column] -= factor * m[i, column];
                }
            }
        }

        return [.. Enumerable.Range(0, n).Select(i => m[i, n] / m[i, i])];
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private sealed record Sample(int Image, EyePosition Eyes, double Size, CropPosition Crop);
}

/// <summary>The true crop in the frame of a detected face: relative to the upright face, in sides of its box.</summary>
/// <param name="Scale">The side of the crop.</param>
/// <param name="Right">The distance of the crop's centre to the right of the box's.</param>
/// <param name="Down">The distance of the crop's centre below the box's.</param>
internal readonly record struct CropPosition(double Scale, double Right, double Down)
{
    public static CropPosition Of(DetectedFace face, CropSquare square)
    {
        double side = (face.Box.Width + face.Box.Height) / 2.0;
        double x = square.Center.X - face.Box.Center.X,
            y = square.Center.Y - face.Box.Center.Y;
        (double sin, double cos) = Math.SinCos(face.Keypoints.Roll * Math.PI / 180);
        return new(square.Side / side, ((x * cos) + (y * sin)) / side, ((y * cos) - (x * sin)) / side);
    }
}
