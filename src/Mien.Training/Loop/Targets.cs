using System.Globalization;
using Mien.Data;

namespace Mien.Training;

/// <summary>
/// The target distribution of each image, combined from label, votes, smoothing, teacher and class weights.
/// </summary>
internal sealed class Targets
{
    private readonly float[] rows;
    private readonly float[] teacherWeights;

    /// <summary>Computes the targets of the labels.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="data">The images.</param>
    /// <param name="teacher">
    /// count × 7 probabilities of a teacher that sees the plain images; not used if it sees the augmented ones: then
    /// its part is missing from the targets, and <see cref="TeacherWeight"/> says how much it is.
    /// </param>
    /// <exception cref="TrainingException">The teacher's rows or the votes are missing.</exception>
    public Targets(TrainingRecipe recipe, FaceDataset data, float[]? teacher = null)
    {
        bool augmented = recipe.TeacherInput == TeacherInputKind.Augmented;
        if (recipe.TeacherShare > 0 && !augmented && teacher?.Length != data.Count * Expressions.Count)
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
        teacherWeights = new float[data.Count];
        for (int i = 0; i < data.Count; i++)
        {
            teacherWeights[i] = augmented ? (float)(recipe.TeacherShare * weights[data.Labels[i]]) : 0;
            for (int c = 0; c < Expressions.Count; c++)
            {
                double label = data.Labels[i] == c ? 1 : 0;
                double vote = recipe.VoteShare > 0 ? data.VoteDistributions![(i * Expressions.Count) + c] : 0;
                double mixed = ((1 - recipe.VoteShare) * label) + (recipe.VoteShare * vote);
                double smooth = ((1 - recipe.LabelSmoothing) * mixed) + (recipe.LabelSmoothing / Expressions.Count);
                double taught =
                    recipe.TeacherShare > 0
                        ? ((1 - recipe.TeacherShare) * smooth)
                            + (augmented ? 0 : recipe.TeacherShare * teacher![(i * Expressions.Count) + c])
                        : smooth;
                rows[(i * Expressions.Count) + c] = (float)(taught * weights[data.Labels[i]]);
            }
        }
    }

    private Targets(float[] rows, float[] teacherWeights) => (this.rows, this.teacherWeights) = (rows, teacherWeights);

    /// <summary>
    /// The targets of a head for the FER+ votes: the vote distributions, mixed with a teacher that has such a head.
    /// Smoothing and class weights belong to FER2013's labels: votes are soft as they are.
    /// </summary>
    /// <param name="recipe">The recipe; its teacher's share is used.</param>
    /// <param name="data">The images, with votes.</param>
    /// <param name="teacher">
    /// The probabilities of the head of a teacher that sees the plain images, count × 7; <c>null</c> if it has none.
    /// </param>
    /// <param name="isTaught">Whether a teacher that sees the augmented images has such a head.</param>
    /// <exception cref="TrainingException">There are no votes, or the teacher's rows do not fit.</exception>
    public static Targets OfVotes(TrainingRecipe recipe, FaceDataset data, float[]? teacher, bool isTaught = false)
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

        double share = teacher is null && !isTaught ? 0 : recipe.TeacherShare;
        float[] rows = new float[votes.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = (float)(((1 - share) * votes[i]) + (share * (teacher?[i] ?? 0)));
        }

        float[] weights = new float[data.Count];
        Array.Fill(weights, isTaught ? (float)share : 0);
        return new Targets(rows, weights);
    }

    public ReadOnlySpan<float> this[int index] => rows.AsSpan(index * Expressions.Count, Expressions.Count);

    /// <summary>
    /// The factor of the probabilities of a teacher that sees the augmented image, which are added to the target; 0 if
    /// there is none.
    /// </summary>
    /// <param name="index">The image.</param>
    public float TeacherWeight(int index) => teacherWeights[index];

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
