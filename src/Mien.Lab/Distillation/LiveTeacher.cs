using Mien.Data;
using Mien.Training;

namespace Mien.Lab;

/// <summary>Teachers that run in every step on the images of the batch, blended by mixup. Thread-safe.</summary>
internal sealed class LiveTeacher : IAugmentedTeacher
{
    private readonly IReadOnlyList<ITeacherNetwork> networks;
    private readonly Augmenter[] augmenters;

    /// <summary>Creates the teachers.</summary>
    /// <param name="networks">The networks, which are disposed of with this object.</param>
    /// <param name="recipe">The student's recipe.</param>
    /// <param name="train">The training images.</param>
    public LiveTeacher(IReadOnlyList<ITeacherNetwork> networks, TrainingRecipe recipe, FaceDataset train)
    {
        this.networks = networks;
        augmenters = [.. networks.Select(n => n.AugmenterOf(recipe, train))];
    }

    public bool AnswersVotes => networks.Any(n => n.HasVotes);

    public bool IsCached => false;

    public TeacherAnswers Answer(TeacherRequest request)
    {
        int count = request.Indices.Length;
        var answers = new TeacherMean(count);
        for (int n = 0; n < networks.Count; n++)
        {
            ITeacherNetwork network = networks[n];
            int size = network.Height * network.Width;
            float[] inputs = new float[count * size];
            for (int i = 0; i < count; i++)
            {
                augmenters[n]
                    .Write(
                        request.Indices[i],
                        request.Epoch,
                        request.Plain,
                        network.Height,
                        network.Width,
                        inputs.AsSpan(i * size, size)
                    );
            }

            request.Mixup?.Blend(inputs);
            float[] labels = new float[count * Expressions.Count];
            float[] votes = new float[labels.Length];
            network.Predict(inputs, count, labels, votes);
            answers.Add(labels, network.HasVotes ? votes : null);
        }

        return answers.Result();
    }

    public void Dispose()
    {
        foreach (ITeacherNetwork network in networks)
        {
            network.Dispose();
        }
    }
}
