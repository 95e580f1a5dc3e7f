using Mien.Adaptation;

namespace Mien.Tools;

/// <summary>
/// Draws labelled faces from a model whose truth is known: features are a person's offset plus noise, and the label is
/// drawn from a softmax over linear logits. The base model has the logits without the shifts, so that with all shifts
/// at 0 nothing can be gained.
/// </summary>
internal sealed class SimulatedFaces
{
    private readonly double[] directions;
    private readonly double[] shifted;
    private readonly double[] bias;

    /// <summary>Draws the model itself.</summary>
    /// <param name="seed">The seed of the directions of the classes and of their shifts.</param>
    /// <param name="biasShift">The deviation of the shift of each class's bias.</param>
    /// <param name="layerShift">The length of the shift of each class's direction, relative to the direction.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="sharpness">The deviation of the logits; the larger, the surer the labels.</param>
    public SimulatedFaces(
        int seed,
        double biasShift = 0,
        double layerShift = 0,
        int width = 64,
        int classes = 7,
        double sharpness = 2.5
    )
    {
        var random = new Random(seed);
        Width = width;
        Classes = classes;
        directions = Normal(random, classes * width, sharpness / Math.Sqrt(width));
        shifted = Normal(random, classes * width, layerShift * sharpness / Math.Sqrt(width));
        bias = Normal(random, classes, biasShift);
        for (int i = 0; i < shifted.Length; i++)
        {
            shifted[i] += directions[i];
        }
    }

    /// <summary>The number of features.</summary>
    public int Width { get; }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The share of the variance of the features that all faces of a person have in common, 0..1.</summary>
    public double PersonShare { get; init; }

    /// <summary>The deviation of a person's own bias per class, which no other person has.</summary>
    public double PersonBias { get; init; }

    /// <summary>Draws the faces of new people.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="people">The number of people.</param>
    /// <param name="facesEach">The number of faces per person.</param>
    /// <param name="known">Whether the samples say which faces are of one person.</param>
    public AdaptationSamples Draw(Random random, int people, int facesEach, bool known = true)
    {
        int count = people * facesEach;
        float[] features = new float[count * Width];
        float[] baseLogits = new float[count * Classes];
        int[] targets = new int[count];
        int[] groups = new int[count];
        for (int person = 0; person < people; person++)
        {
            double[] offset = Normal(random, Width, Math.Sqrt(PersonShare));
            double[] own = Normal(random, Classes, PersonBias);
            for (int n = 0; n < facesEach; n++)
            {
                int i = (person * facesEach) + n;
                double[] x = Normal(random, Width, Math.Sqrt(1 - PersonShare));
                double[] truth = new double[Classes];
                double[] older = new double[Classes];
                for (int f = 0; f < Width; f++)
                {
                    x[f] += offset[f];
                    features[(i * Width) + f] = (float)x[f];
                    for (int c = 0; c < Classes; c++)
                    {
                        older[c] += directions[(c * Width) + f] * x[f];
                        truth[c] += shifted[(c * Width) + f] * x[f];
                    }
                }

                double mean = older.Average();
                for (int c = 0; c < Classes; c++)
                {
                    truth[c] += bias[c] + own[c];
                    baseLogits[(i * Classes) + c] = (float)(older[c] - mean);
                }

                targets[i] = Draw(random, truth);
                groups[i] = known ? person : i;
            }
        }

        return new AdaptationSamples
        {
            Labels = [.. Enumerable.Range(0, Classes).Select(c => $"class{c}")],
            BaseColumns = [.. Enumerable.Range(0, Classes)],
            FeatureCount = Width,
            Features = features,
            BaseCount = Classes,
            BaseLogits = baseLogits,
            Targets = targets,
            Groups = groups,
            AreGroupsKnown = known,
        };
    }

    /// <summary>The accuracy of a layer, and that of the base model, on faces.</summary>
    public static (double Before, double After) Accuracy(AdaptedLayer layer, AdaptationSamples faces)
    {
        int before = 0;
        int after = 0;
        int classes = faces.Labels.Count;
        double[] row = new double[classes];
        double[] older = new double[classes];
        for (int i = 0; i < faces.Count; i++)
        {
            for (int c = 0; c < classes; c++)
            {
                older[c] = faces.BaseColumns[c] < 0 ? double.NegativeInfinity : faces.Base(i, c);
                row[c] = (layer.Scale * faces.Base(i, c)) + layer.Bias[c];
                for (int f = 0; f < faces.FeatureCount; f++)
                {
                    row[c] +=
                        layer.Weights[(c * faces.FeatureCount) + f] * faces.Features[(i * faces.FeatureCount) + f];
                }
            }

            before += Array.IndexOf(older, older.Max()) == faces.Targets[i] ? 1 : 0;
            after += Array.IndexOf(row, row.Max()) == faces.Targets[i] ? 1 : 0;
        }

        return (before / (double)faces.Count, after / (double)faces.Count);
    }

    private static int Draw(Random random, double[] logits)
    {
        double top = logits.Max();
        double[] weights = Array.ConvertAll(logits, l => Math.Exp(l - top));
        double left = random.NextDouble() * weights.Sum();
        int drawn = 0;
        while (drawn < weights.Length - 1 && left >= weights[drawn])
        {
            left -= weights[drawn++];
        }

        return drawn;
    }

    // Box and Muller: .NET has no normal random numbers.
    private static double[] Normal(Random random, int count, double deviation)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble());
        }

        return values;
    }
}
