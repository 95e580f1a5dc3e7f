namespace Mien.Training;

/// <summary>
/// The targets of all heads side by side, each times its head's share of the loss, so that the cross-entropy summed
/// over all columns is the loss. With one head they are its targets, unchanged.
/// </summary>
/// <param name="heads">The targets of each head.</param>
/// <param name="shares">The share of each head in the loss.</param>
internal sealed class HeadTargets(IReadOnlyList<Targets> heads, double[] shares)
{
    /// <summary>Writes the targets of one image.</summary>
    /// <param name="index">The image.</param>
    /// <param name="row">Receives heads × 7 values.</param>
    public void CopyTo(int index, Span<float> row)
    {
        for (int h = 0; h < heads.Count; h++)
        {
            Span<float> part = row.Slice(h * Expressions.Count, Expressions.Count);
            heads[h][index].CopyTo(part);
            foreach (ref float value in part)
            {
                value = heads.Count == 1 ? value : (float)(value * shares[h]);
            }
        }
    }

    /// <summary>Writes the factors of the probabilities of teachers that see the augmented image.</summary>
    /// <param name="index">The image.</param>
    /// <param name="row">Receives one value per head; 0 for a head that no teacher answers.</param>
    public void CopyTeacherWeightsTo(int index, Span<float> row)
    {
        for (int h = 0; h < heads.Count; h++)
        {
            float weight = heads[h].TeacherWeight(index);
            row[h] = heads.Count == 1 ? weight : (float)(weight * shares[h]);
        }
    }
}
