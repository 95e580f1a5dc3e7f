using Mien.Data;

namespace Mien.Training.Tests;

/// <summary>
/// A teacher with a plain formula: its probabilities depend on the mean of the image that it sees, and those for votes
/// are the same in reverse order.
/// </summary>
internal sealed class MadeTeacher(TrainingRecipe recipe, FaceDataset train, bool cached, bool votes) : IAugmentedTeacher
{
    private readonly Augmenter augmenter = new(recipe, train, 1f / 255, 0);

    public bool AnswersVotes => votes;

    public bool IsCached => cached;

    public List<TeacherRequest> Requests { get; } = [];

    /// <summary>The probabilities for an image with a mean.</summary>
    public static float[] Of(double mean)
    {
        double[] powers = [.. Enumerable.Range(0, Expressions.Count).Select(c => Math.Exp(c * mean))];
        return [.. powers.Select(p => (float)(p / powers.Sum()))];
    }

    public TeacherAnswers Answer(TeacherRequest request)
    {
        Requests.Add(request);
        int size = train.Width * train.Height;
        float[] pixels = new float[request.Indices.Length * size];
        for (int i = 0; i < request.Indices.Length; i++)
        {
            augmenter.Write(
                request.Indices[i],
                request.Epoch,
                request.Plain,
                train.Height,
                train.Width,
                pixels.AsSpan(i * size, size)
            );
        }

        request.Mixup?.Blend(pixels);
        float[][] rows = [.. pixels.Chunk(size).Select(p => Of(p.Average()))];
        return new TeacherAnswers([.. rows.SelectMany(r => r)], votes ? [.. rows.SelectMany(r => r.Reverse())] : null);
    }

    public void Dispose() { }
}
