namespace Mien;

/// <summary>
/// Takes the logits or class activation maps of one head, or of the blend of all heads, out of a model's outputs.
/// Thread-safe.
/// </summary>
internal sealed class HeadReader
{
    private readonly Part[] parts;
    private readonly int labels;
    private readonly bool isBlend;

    private HeadReader(HeadSelection head, int labels, int outputs, Part[] parts, bool isBlend = false)
    {
        Head = head;
        OutputCount = outputs;
        this.labels = labels;
        this.parts = parts;
        this.isBlend = isBlend;
    }

    /// <summary>The name, temperature and threshold of the head.</summary>
    public HeadSelection Head { get; }

    /// <summary>The number of outputs per image: labels, or heads × labels.</summary>
    public int OutputCount { get; }

    /// <summary>Creates the readers of a contract in the order of <see cref="ModelContract.HeadNames"/>.</summary>
    public static HeadReader[] Of(ModelContract contract)
    {
        int labels = contract.Labels.Count;
        if (contract.Heads is not { } heads)
        {
            return [new HeadReader(contract.SelectHead(), labels, labels, [new Part(0, 1, 1)])];
        }

        int outputs = contract.OutputCount;
        IEnumerable<HeadReader> single = heads.Select(h => new HeadReader(
            contract.SelectHead(h.Name),
            labels,
            outputs,
            [new Part(h.Offset, 1, 1)]
        ));
        return contract.Blend is { } blend
            ?
            [
                new HeadReader(
                    contract.SelectHead(HeadBlend.Name),
                    labels,
                    outputs,
                    [.. heads.Select((h, i) => new Part(h.Offset, blend.Weights[i], h.Temperature))],
                    isBlend: true
                ),
                .. single,
            ]
            : [.. single];
    }

    /// <summary>
    /// Takes the logits of the head; of the blend, Σ w · log softmax(z / T) over the heads. The spans may not overlap.
    /// </summary>
    /// <param name="outputs">N × <see cref="OutputCount"/> outputs of the model.</param>
    /// <param name="logits">Receives N × labels logits.</param>
    public void Read(ReadOnlySpan<float> outputs, Span<float> logits)
    {
        if (OutputCount == labels)
        {
            outputs.CopyTo(logits);
            return;
        }

        for (int i = 0; i < outputs.Length / OutputCount; i++)
        {
            ReadOnlySpan<float> row = outputs.Slice(i * OutputCount, OutputCount);
            Span<float> taken = logits.Slice(i * labels, labels);
            if (isBlend)
            {
                Blend(row, taken);
            }
            else
            {
                row.Slice(parts[0].Offset, labels).CopyTo(taken);
            }
        }
    }

    /// <summary>
    /// Gets the class activation maps of the head for one image. Those of the blend are the weighted sum of the heads'
    /// maps at their temperatures, Σ w / T · map: what the features at a position add to the blend's logits, but for a
    /// value that is the same for all labels.
    /// </summary>
    /// <param name="maps">The maps of the image: <see cref="OutputCount"/> × cells values.</param>
    /// <param name="cells">Rows × columns of a map.</param>
    /// <param name="sum">Holds the sum if one is needed: labels × cells values.</param>
    /// <returns>labels × cells values.</returns>
    public ReadOnlySpan<float> ReadMaps(ReadOnlySpan<float> maps, int cells, Span<float> sum)
    {
        if (!isBlend)
        {
            return maps.Slice(parts[0].Offset * cells, labels * cells);
        }

        for (int i = 0; i < sum.Length; i++)
        {
            double value = 0;
            foreach (Part part in parts)
            {
                value += part.Weight / part.Temperature * maps[(part.Offset * cells) + i];
            }

            sum[i] = (float)value;
        }

        return sum;
    }

    private void Blend(ReadOnlySpan<float> row, Span<float> logits)
    {
        logits.Clear();
        foreach (Part part in parts)
        {
            ReadOnlySpan<float> z = row.Slice(part.Offset, labels);
            double largest = double.NegativeInfinity;
            foreach (float value in z)
            {
                largest = Math.Max(largest, value);
            }

            double sum = 0;
            foreach (float value in z)
            {
                sum += Math.Exp((value - largest) / part.Temperature);
            }

            double normalizer = (largest / part.Temperature) + Math.Log(sum);
            for (int k = 0; k < z.Length; k++)
            {
                logits[k] += (float)(part.Weight * ((z[k] / part.Temperature) - normalizer));
            }
        }
    }

    /// <summary>A head in the outputs, and how it counts in the blend.</summary>
    private readonly record struct Part(int Offset, double Weight, double Temperature);
}
