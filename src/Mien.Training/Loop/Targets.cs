using System.Globalization;
using Mien.Data;

namespace Mien.Training;

/// <summary>
/// The target distribution of each image, combined from label, votes, smoothing, teacher and class weights.
/// </summary>
internal sealed class Targets
{
    private readonly float[] rows;

    public Targets(TrainingRecipe recipe, FaceDataset data, float[]? teacher = null)
    {
        if (recipe.TeacherShare > 0 && teacher?.Length != data.Count * Expressions.Count)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "noTeacher",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The recipe's teacherShare needs a teacher's {Expressions.Count} probabilities for each "
                        + $"of {data.Count} training images, but found {teacher?.Length ?? 0} values."
                )
            );
        }

        if (recipe.VoteShare > 0 && data.VoteDistributions is null)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "noVotes",
                "The recipe's voteShare needs FER+ votes, but the data has none. Pass fer2013new.csv with --votes."
            );
        }

        double[] weights = ClassWeights(recipe.ClassWeights, data);
        rows = new float[data.Count * Expressions.Count];
        for (int i = 0; i < data.Count; i++)
        {
            for (int c = 0; c < Expressions.Count; c++)
            {
                double label = data.Labels[i] == c ? 1 : 0;
                double vote = recipe.VoteShare > 0 ? data.VoteDistributions![(i * Expressions.Count) + c] : 0;
                double mixed = ((1 - recipe.VoteShare) * label) + (recipe.VoteShare * vote);
                double smooth = ((1 - recipe.LabelSmoothing) * mixed) + (recipe.LabelSmoothing / Expressions.Count);
                double taught =
                    recipe.TeacherShare > 0
                        ? ((1 - recipe.TeacherShare) * smooth)
                            + (recipe.TeacherShare * teacher![(i * Expressions.Count) + c])
                        : smooth;
                rows[(i * Expressions.Count) + c] = (float)(taught * weights[data.Labels[i]]);
            }
        }
    }

    private Targets(float[] rows) => this.rows = rows;

    /// <summary>
    /// The targets of a head for the FER+ votes: the vote distributions, mixed with a teacher that has such a head.
    /// Smoothing and class weights belong to FER2013's labels: votes are soft as they are.
    /// </summary>
    /// <param name="recipe">The recipe; its teacher's share is used.</param>
    /// <param name="data">The images, with votes.</param>
    /// <param name="teacher">The probabilities of the teacher's head, count × 7; <c>null</c> if it has none.</param>
    /// <exception cref="TrainingException">There are no votes, or the teacher's rows do not fit.</exception>
    public static Targets OfVotes(TrainingRecipe recipe, FaceDataset data, float[]? teacher)
    {
        if (data.VoteDistributions is not { } votes || data.VoteCounts is null)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "noVotes",
                $"The head '{LabelSets.FerPlus}' needs FER+ votes, but the data has none. Pass fer2013new.csv with "
                    + $"--votes."
            );
        }

        if (teacher is not null && teacher.Length != votes.Length)
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "noTeacher",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The teacher's head '{LabelSets.FerPlus}' gives {teacher.Length} values for {data.Count} training "
                        + $"images, expected {votes.Length}."
                )
            );
        }

        double share = teacher is null ? 0 : recipe.TeacherShare;
        float[] rows = new float[votes.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = (float)(((1 - share) * votes[i]) + (share * (teacher?[i] ?? 0)));
        }

        return new Targets(rows);
    }

    public ReadOnlySpan<float> this[int index] => rows.AsSpan(index * Expressions.Count, Expressions.Count);

    /// <summary>One weight per class, scaled so that the mean over the images is 1.</summary>
    private static double[] ClassWeights(ClassWeighting weighting, FaceDataset data)
    {
        double[] counts = new double[Expressions.Count];
        foreach (byte label in data.Labels)
        {
            counts[label]++;
        }

        double[] weights =
        [
            .. counts.Select(n =>
                n == 0 || weighting == ClassWeighting.None
                    ? 1
                    : Math.Pow(data.Count / n, weighting == ClassWeighting.Balanced ? 1 : 0.5)
            ),
        ];
        double mean = weights.Zip(counts, (w, n) => w * n).Sum() / Math.Max(1, data.Count);
        return [.. weights.Select(w => w / mean)];
    }
}
