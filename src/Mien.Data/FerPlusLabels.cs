namespace Mien.Data;

/// <summary>The labels that FER+ votes give the images of a data set, by one rule. Immutable.</summary>
internal sealed class FerPlusLabels
{
    private const byte Contempt = 7;

    private FerPlusLabels(VoteRule rule, int[] indices, byte[] labels, int contemptCount)
    {
        Rule = rule;
        Indices = indices;
        Labels = labels;
        CountOfEight = rule == VoteRule.Authors ? labels.Length + contemptCount : null;
    }

    /// <summary>The rule.</summary>
    public VoteRule Rule { get; }

    /// <summary>The indices of the images with a label, ascending.</summary>
    public int[] Indices { get; }

    /// <summary>The labels 0..6 of those images.</summary>
    public byte[] Labels { get; }

    /// <summary>
    /// The number of images with one of FER+'s eight classes, which include contempt; <c>null</c> for a rule that is
    /// not FER+'s own.
    /// </summary>
    public int? CountOfEight { get; }

    /// <summary>Derives the labels.</summary>
    /// <param name="dataset">Images with <see cref="FaceDataset.VoteCounts"/>.</param>
    /// <param name="rule">The rule.</param>
    /// <exception cref="ArgumentException">The data set has no votes.</exception>
    public static FerPlusLabels Of(FaceDataset dataset, VoteRule rule)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        byte[] all = rule == VoteRule.Majority ? FerPlusVotes.Majority(dataset) : Authors(dataset);
        int[] indices = [.. Enumerable.Range(0, all.Length).Where(i => all[i] < Expressions.Count)];
        return new FerPlusLabels(rule, indices, [.. indices.Select(i => all[i])], all.Count(c => c == Contempt));
    }

    // The mode 'majority' of _process_data in src/ferplus.py of the authors' repository FERPlus. Images whose winner is
    // unknown or no face, and those without a winner, are left out, as there.
    private static byte[] Authors(FaceDataset dataset)
    {
        byte[] counts =
            dataset.VoteCounts ?? throw new ArgumentException("The data set has no votes.", nameof(dataset));
        byte[] labels = new byte[dataset.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            int sum = 0;
            int winner = 0;
            ReadOnlySpan<byte> row = counts.AsSpan(i * FerPlusVotes.Columns, FerPlusVotes.Columns);
            for (int c = 0; c < row.Length; c++)
            {
                sum += row[c] > 1 ? row[c] : 0;
                winner = row[c] > row[winner] ? c : winner;
            }

            bool isClear = row[winner] > 1 && row[winner] * 2 > sum;
            labels[i] = isClear && winner <= Contempt ? (byte)winner : FerPlusVotes.NoLabel;
        }

        return labels;
    }
}
