using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary>The answers of teachers for copies of all training images, computed before. Thread-safe.</summary>
internal sealed class CachedTeacher : IAugmentedTeacher
{
    private readonly TeacherAnswers[] copies;
    private readonly TeacherAnswers[] views;
    private readonly Augmenter augmenter;

    /// <summary>Creates the teacher from its answers.</summary>
    /// <param name="copies">The answers for each augmented copy.</param>
    /// <param name="views">
    /// The answers for the plain images and for their mirror images; empty if no epoch is plain.
    /// </param>
    /// <param name="recipe">The student's recipe.</param>
    /// <param name="train">The training images.</param>
    public CachedTeacher(TeacherAnswers[] copies, TeacherAnswers[] views, TrainingRecipe recipe, FaceDataset train)
    {
        this.copies = copies;
        this.views = views;
        augmenter = new Augmenter(recipe, train, 1, 0);
    }

    public bool AnswersVotes => copies[0].Votes is not null;

    public bool IsCached => true;

    public TeacherAnswers Answer(TeacherRequest request)
    {
        int count = request.Indices.Length;
        float[] labels = new float[count * Expressions.Count];
        float[]? votes = AnswersVotes ? new float[labels.Length] : null;
        for (int i = 0; i < count; i++)
        {
            int index = request.Indices[i];
            TeacherAnswers copy = request.Plain
                ? views[augmenter.IsMirrored(index, request.Epoch) ? 1 : 0]
                : copies[request.Epoch];
            Row(copy.Labels, index).CopyTo(labels.AsSpan(i * Expressions.Count));
            if (votes is not null)
            {
                Row(copy.Votes!, index).CopyTo(votes.AsSpan(i * Expressions.Count));
            }
        }

        return new TeacherAnswers(labels, votes);
    }

    public void Dispose() { }

    private static Span<float> Row(float[] rows, int index) =>
        rows.AsSpan(index * Expressions.Count, Expressions.Count);
}
