using Mien.Data;

namespace Mien.Training;

/// <summary>
/// The targets of a batch: those of its images, and the answers of teachers that see its augmented images (Beyer et
/// al., 2022), blended by mixup. Depends only on its arguments, so batches may be prepared in any order.
/// </summary>
internal sealed class BatchTargets
{
    private readonly int copies;
    private readonly IReadOnlyList<string> heads;
    private readonly int headCount;
    private readonly IAugmentedTeacher? teacher;

    // Teachers are not thread-safe, and batches are prepared by several workers.
    private readonly Lock gate = new();

    private BatchTargets(int copies, IReadOnlyList<string> heads, IAugmentedTeacher? teacher)
    {
        this.copies = copies;
        this.heads = heads;
        headCount = Math.Max(1, heads.Count);
        this.teacher = teacher;
    }

    /// <summary>Creates the targets of a training.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="heads">The heads of the network; empty if it has one.</param>
    /// <param name="teacher">The teachers; <c>null</c> if none sees the augmented images. Not disposed of.</param>
    /// <exception cref="TrainingException">The recipe needs such a teacher.</exception>
    public static BatchTargets Of(TrainingRecipe recipe, IReadOnlyList<string> heads, IAugmentedTeacher? teacher)
    {
        bool needed = recipe.TeacherShare > 0 && recipe.TeacherInput == TeacherInputKind.Augmented;
        return needed && teacher is null
            ? throw new TrainingException(
                ErrorKind.BadUsage,
                "noTeacher",
                "The recipe's teacher sees the augmented images ('teacherInput'), but none was opened."
            )
            : new BatchTargets(recipe.TeacherCopies, heads, needed ? teacher : null);
    }

    /// <summary>Whether a teacher answers for the head of the FER+ votes.</summary>
    public bool TeachesVotes => teacher is { AnswersVotes: true };

    /// <summary>
    /// The epoch whose augmentation an epoch uses: its own, or with <see cref="TrainingRecipe.TeacherCopies"/> that of
    /// a copy for which the teacher's answers are known.
    /// </summary>
    /// <param name="epoch">The epoch, counted from 0.</param>
    public int CopyOf(int epoch) => teacher is { IsCached: true } ? epoch % copies : epoch;

    /// <summary>Computes the targets of a batch.</summary>
    /// <param name="targets">The targets of each image.</param>
    /// <param name="indices">The images.</param>
    /// <param name="epoch">The epoch of the augmentation, counted from 0.</param>
    /// <param name="plain">Whether flips are the only augmentation.</param>
    /// <param name="mixup">How images and targets are blended; <c>null</c> for not at all.</param>
    /// <returns>images × heads × 7.</returns>
    public float[] Of(HeadTargets targets, int[] indices, int epoch, bool plain, Mixup? mixup)
    {
        int columns = headCount * Expressions.Count;
        float[] rows = new float[indices.Length * columns];
        float[] weights = new float[indices.Length * headCount];
        for (int i = 0; i < indices.Length; i++)
        {
            targets.CopyTo(indices[i], rows.AsSpan(i * columns, columns));
            targets.CopyTeacherWeightsTo(indices[i], weights.AsSpan(i * headCount, headCount));
        }

        if (teacher is { IsCached: true })
        {
            Add(rows, weights, Answer(teacher, new TeacherRequest(indices, epoch, plain, null)));
        }

        mixup?.Blend(rows);
        if (teacher is { IsCached: false })
        {
            mixup?.Blend(weights);
            Add(rows, weights, Answer(teacher, new TeacherRequest(indices, epoch, plain, mixup)));
        }

        return rows;
    }

    private TeacherAnswers Answer(IAugmentedTeacher asked, TeacherRequest request)
    {
        lock (gate)
        {
            return asked.Answer(request);
        }
    }

    private void Add(float[] rows, float[] weights, TeacherAnswers answers)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            int image = i / headCount,
                head = i % headCount;
            float[]? probabilities =
                heads.Count > 0 && heads[head] == LabelSets.FerPlus ? answers.Votes : answers.Labels;
            for (int c = 0; probabilities is not null && c < Expressions.Count; c++)
            {
                rows[(i * Expressions.Count) + c] += weights[i] * probabilities[(image * Expressions.Count) + c];
            }
        }
    }
}
