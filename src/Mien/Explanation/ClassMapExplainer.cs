using System.Buffers;

namespace Mien;

/// <summary>Explains results by the model's class activation maps. Thread-safe.</summary>
internal static class ClassMapExplainer
{
    private const float Rounding = 1e-5f;

    /// <summary>The maps of faces in the model's size, in as few runs as classifying them takes.</summary>
    /// <param name="session">A model whose contract names the maps.</param>
    /// <param name="crops">The faces' pixels, image after image.</param>
    /// <param name="labels">The place of the label of each that is explained.</param>
    /// <param name="cancellationToken">Ends the work between two runs.</param>
    /// <returns>Height × width values a face, not scaled.</returns>
    public static float[][] Explain(
        ModelSession session,
        ReadOnlySpan<byte> crops,
        ReadOnlySpan<int> labels,
        CancellationToken cancellationToken
    )
    {
        float[][] explained = new float[labels.Length][];
        int size = session.Contract.Width * session.Contract.Height;
        int each = session.Labels.Count * session.MapHeight * session.MapWidth;
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
                    explained[first + i] = Enlarge(
                        session,
                        Against(maps.AsSpan(i * each, each), session.Labels.Count, labels[first + i])
                    );
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
    /// One map less the mean of all: what is added to every score alike changes no probability.
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

        // What is left of equal maps is rounding, which scaling would make a map of its own.
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
