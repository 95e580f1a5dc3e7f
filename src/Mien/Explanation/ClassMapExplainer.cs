using System.Buffers;

namespace Mien;

/// <summary>Computes explanations from the class activation maps of a model. Thread-safe.</summary>
internal static class ClassMapExplainer
{
    /// <summary>Values under this share of the largest raw value are rounding errors.</summary>
    private const float Rounding = 1e-5f;

    /// <summary>
    /// Explains faces that already have the model's input size, in as few runs as classification needs.
    /// </summary>
    /// <param name="session">A model whose contract declares class activation maps.</param>
    /// <param name="head">The head whose predictions to explain.</param>
    /// <param name="crops">The pixels of the faces, image after image.</param>
    /// <param name="labels">For each face, the index of the label to explain.</param>
    /// <param name="cancellationToken">Cancels the work between two runs.</param>
    /// <returns>Height × width values per face, not normalised.</returns>
    public static float[][] Explain(
        ModelSession session,
        HeadReader head,
        ReadOnlySpan<byte> crops,
        ReadOnlySpan<int> labels,
        CancellationToken cancellationToken
    )
    {
        float[][] explained = new float[labels.Length][];
        int size = session.Contract.Width * session.Contract.Height;
        int cells = session.MapHeight * session.MapWidth;
        int each = head.OutputCount * cells;
        float[] sum = new float[session.Labels.Count * cells];
        int batch = Math.Min(session.BatchSize, labels.Length);
        float[] maps = ArrayPool<float>.Shared.Rent(batch * each);
        try
        {
            for (int first = 0; first < labels.Length; first += batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(batch, labels.Length - first);
                session.RunMaps(crops.Slice(first * size, count * size), count, maps.AsSpan(0, count * each));
                for (int i = 0; i < count; i++)
                {
                    ReadOnlySpan<float> found = head.ReadMaps(maps.AsSpan(i * each, each), cells, sum);
                    explained[first + i] = Enlarge(session, Against(found, session.Labels.Count, labels[first + i]));
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(maps);
        }

        return explained;
    }

    /// <summary>
    /// Subtracts the mean map of all labels from the map of one: a value that is added to all logits changes no
    /// probability.
    /// </summary>
    private static float[] Against(ReadOnlySpan<float> maps, int labels, int label)
    {
        float[] values = new float[maps.Length / labels];
        float largest = 0,
            all = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double sum = 0;
            for (int k = 0; k < labels; k++)
            {
                sum += maps[(k * values.Length) + i];
                all = MathF.Max(all, MathF.Abs(maps[(k * values.Length) + i]));
            }

            values[i] = (float)(maps[(label * values.Length) + i] - (sum / labels));
            largest = MathF.Max(largest, MathF.Abs(values[i]));
        }

        // If all maps are equal, only rounding errors remain; normalising would blow them up to a meaningless map.
        if (largest < all * Rounding)
        {
            Array.Clear(values);
        }

        return values;
    }

    private static float[] Enlarge(ModelSession session, float[] map)
    {
        ModelContract contract = session.Contract;
        ClassMapOutput place = contract.Maps!;
        float[] values = new float[contract.Width * contract.Height];
        for (int y = 0; y < contract.Height; y++)
        {
            for (int x = 0; x < contract.Width; x++)
            {
                values[(y * contract.Width) + x] = BilinearMap.At(
                    map,
                    session.MapHeight,
                    session.MapWidth,
                    ((double)y - place.Top) / place.Step,
                    ((double)x - place.Left) / place.Step
                );
            }
        }

        return values;
    }
}
