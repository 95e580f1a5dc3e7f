using System.Globalization;

namespace Mien.Testing;

/// <summary>
/// The deletion metric: the probability of the explained expression after masking a fifth of the pixels, averaged over
/// faces.
/// </summary>
/// <param name="Text">The values as text.</param>
/// <param name="Marked">The probability without the fifth of the pixels with the highest values in the map.</param>
/// <param name="Scattered">The probability without as many random pixels.</param>
/// <param name="Elsewhere">The probability without the same shape at another position.</param>
internal sealed record Deletion(string Text, double Marked, double Scattered, double Elsewhere)
{
    private const int Tries = 24;

    public static Deletion Measure(ExpressionClassifier classifier, GrayImage[] faces, ExplanationMethod method)
    {
        var random = new Random(7);
        (double marked, double scattered, double elsewhere) = (0, 0, 0);
        foreach (GrayImage face in faces)
        {
            GrayImage crop = face.Resize(
                classifier.Contract.Width,
                classifier.Contract.Height,
                classifier.Contract.Resize
            );
            FaceExplanation explanation = classifier.Explain(crop, method: method);
            int[] order = [.. Enumerable.Range(0, crop.Pixels.Length).OrderByDescending(i => explanation.Values[i])];
            int[] fifth = order[..(order.Length / 5)];
            byte mean = (byte)Math.Round(crop.Pixels.Average(p => (double)p));
            List<GrayImage> masked = [Without(fifth)];

            // As many random pixels, and the same shape at another position (wrapped around the edges).
            for (int i = 0; i < Tries; i++)
            {
                int[] any = [.. order];
                random.Shuffle(any);
                masked.Add(Without(any[..fifth.Length]));
                (int down, int right) = (random.Next(crop.Height), random.Next(crop.Width));
                masked.Add(
                    Without([
                        .. fifth.Select(p =>
                            ((((p / crop.Width) + down) % crop.Height) * crop.Width)
                            + (((p % crop.Width) + right) % crop.Width)
                        ),
                    ])
                );
            }

            // In one batch, which is faster than one by one.
            double[] left = [.. classifier.Classify(masked).Select(r => (double)r.LabelScores[explanation.Label])];
            marked += left[0];
            scattered += left.Skip(1).Where((_, i) => i % 2 == 0).Average();
            elsewhere += left.Skip(1).Where((_, i) => i % 2 == 1).Average();

            GrayImage Without(int[] pixels)
            {
                byte[] rest = [.. crop.Pixels];
                Array.ForEach(pixels, p => rest[p] = mean);
                return new GrayImage(crop.Width, crop.Height, rest);
            }
        }

        (marked, scattered, elsewhere) = (marked / faces.Length, scattered / faces.Length, elsewhere / faces.Length);
        return new Deletion(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{classifier.Contract.Name}, {method}: the probability is {marked:P1} without the marked "
                    + $"fifth, {scattered:P1} without scattered pixels, {elsewhere:P1} with the mask elsewhere."
            ),
            marked,
            scattered,
            elsewhere
        );
    }
}
