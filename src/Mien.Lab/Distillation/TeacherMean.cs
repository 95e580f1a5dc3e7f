using Mien.Training;

namespace Mien.Lab;

/// <summary>The mean of the probabilities of several teachers; for votes, of those that have such a head.</summary>
/// <param name="count">The number of images.</param>
internal sealed class TeacherMean(int count)
{
    private readonly float[] labels = new float[count * Expressions.Count];
    private readonly float[] votes = new float[count * Expressions.Count];
    private int teachers;
    private int voters;

    /// <summary>Adds the probabilities of a teacher.</summary>
    /// <param name="labelProbabilities">count × 7.</param>
    /// <param name="voteProbabilities">count × 7; <c>null</c> without a head for votes.</param>
    public void Add(ReadOnlySpan<float> labelProbabilities, float[]? voteProbabilities)
    {
        teachers++;
        Increase(labels, labelProbabilities);
        if (voteProbabilities is not null)
        {
            voters++;
            Increase(votes, voteProbabilities);
        }
    }

    /// <summary>The means; call it once, at the end.</summary>
    public TeacherAnswers Result()
    {
        Divide(labels, teachers);
        Divide(votes, Math.Max(1, voters));
        return new TeacherAnswers(labels, voters == 0 ? null : votes);
    }

    private static void Increase(float[] sums, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += values[i];
        }
    }

    private static void Divide(float[] sums, int by)
    {
        for (int i = 0; by > 1 && i < sums.Length; i++)
        {
            sums[i] /= by;
        }
    }
}
