using System.Buffers;

namespace Mien;

/// <summary>
/// Computes explanations by occlusion: a patch with a quarter of the image's sides, in the mean gray value of the face,
/// moves in steps of about 1/12 of a side. The value of a pixel is the mean decrease of the log-probability over the
/// patches that cover it. Thread-safe.
/// </summary>
internal static class OcclusionExplainer
{
    /// <summary>
    /// Smaller changes of a log-probability are rounding errors; normalising would blow them up to a meaningless map.
    /// </summary>
    private const float Rounding = 1e-5f;

    /// <summary>Computes the side of the patch for a side of the image, in pixels: 12 for 48.</summary>
    public static int Patch(int side) => Math.Max(1, (side + 2) / 4);

    /// <summary>
    /// Computes the first pixels of the patches along a side: every 4 pixels for a side of 48, the last patch at the
    /// edge.
    /// </summary>
    public static int[] Positions(int side)
    {
        int step = Math.Max(1, (side + 6) / 12);
        int last = side - Patch(side);
        int[] positions = new int[((last + step - 1) / step) + 1];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = Math.Min(i * step, last);
        }

        return positions;
    }

    /// <summary>
    /// Explains one face that already has the model's input size. The network runs on the unmodified face and on one
    /// copy per patch.
    /// </summary>
    /// <param name="classifier">The model.</param>
    /// <param name="head">The head whose prediction to explain.</param>
    /// <param name="batchSize">The maximum number of images per run.</param>
    /// <param name="crop">The pixels of the face.</param>
    /// <param name="label">The index of the label to explain.</param>
    /// <param name="cancellationToken">Cancels the work between two runs.</param>
    /// <returns>Height × width values, not normalised.</returns>
    public static float[] Explain(
        ExpressionClassifier classifier,
        HeadReader head,
        int batchSize,
        ReadOnlySpan<byte> crop,
        int label,
        CancellationToken cancellationToken
    )
    {
        (int width, int height) = (classifier.Contract.Width, classifier.Contract.Height);
        int[] rows = Positions(height),
            columns = Positions(width);
        int images = 1 + (rows.Length * columns.Length);
        double[] falls = new double[crop.Length];
        int[] covered = new int[crop.Length];
        byte gray = Mean(crop);
        double whole = 0;
        int batch = Math.Min(batchSize, images);
        byte[] pixels = ArrayPool<byte>.Shared.Rent(batch * crop.Length);
        try
        {
            int labels = classifier.Contract.Labels.Count;
            float[] logits = new float[batch * labels];
            for (int first = 0; first < images; first += batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(batch, images - first);
                for (int i = 0; i < count; i++)
                {
                    Span<byte> image = pixels.AsSpan(i * crop.Length, crop.Length);
                    crop.CopyTo(image);
                    foreach (int row in RowsOf(first + i))
                    {
                        image.Slice((row * width) + ColumnOf(first + i), Patch(width)).Fill(gray);
                    }
                }

                Span<float> scores = logits.AsSpan(0, count * labels);
                classifier.ComputeLogits(pixels.AsSpan(0, count * crop.Length), count, scores, head);
                for (int i = 0; i < count; i++)
                {
                    double found = LogProbability(scores.Slice(i * labels, labels), label, head.Head.Temperature);
                    whole = first + i == 0 ? found : whole;
                    foreach (int row in RowsOf(first + i))
                    {
                        int start = (row * width) + ColumnOf(first + i);
                        for (int p = start; p < start + Patch(width); p++)
                        {
                            falls[p] += whole - found;
                            covered[p]++;
                        }
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }

        float[] values = new float[crop.Length];
        bool moves = false;
        for (int p = 0; p < values.Length; p++)
        {
            values[p] = (float)(falls[p] / covered[p]);
            moves |= Math.Abs(values[p]) > Rounding;
        }

        return moves ? values : new float[crop.Length];

        // Image 0 is the unmodified face, without a patch.
        IEnumerable<int> RowsOf(int image) =>
            image == 0 ? [] : Enumerable.Range(rows[(image - 1) / columns.Length], Patch(height));
        int ColumnOf(int image) => columns[(image - 1) % columns.Length];
    }

    private static byte Mean(ReadOnlySpan<byte> pixels)
    {
        long sum = 0;
        foreach (byte pixel in pixels)
        {
            sum += pixel;
        }

        return (byte)((sum + (pixels.Length / 2)) / pixels.Length);
    }

    /// <summary>
    /// Computes a log-probability in double precision: for a probability close to 1, single precision loses most digits
    /// of the logarithm.
    /// </summary>
    private static double LogProbability(ReadOnlySpan<float> logits, int label, double temperature)
    {
        double largest = double.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp((logit - largest) / temperature);
        }

        return ((logits[label] - largest) / temperature) - Math.Log(sum);
    }
}
