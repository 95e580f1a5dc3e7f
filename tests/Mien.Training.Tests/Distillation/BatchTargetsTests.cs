using Mien.Data;

namespace Mien.Training.Tests;

/// <summary>The targets of a batch with teachers that see its augmented images, against plain formulas.</summary>
public class BatchTargetsTests
{
    private const int Side = 8;
    private static readonly FaceDataset Data = WithVotes(Made.Data(12, 0, votes: true));
    private static readonly int[] Batch = [3, 7, 0, 11, 5];

    private static readonly TrainingRecipe Recipe = new()
    {
        Seed = 5,
        Teacher = "any",
        TeacherShare = 0.6,
        TeacherInput = TeacherInputKind.Augmented,
        LabelSmoothing = 0.1,
        ClassWeights = ClassWeighting.Balanced,
        Brightness = 0.3,
        Mixup = 0.8,
    };

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void The_teachers_probabilities_for_the_augmented_image_have_their_share(bool cached, bool mixed)
    {
        using var teacher = new MadeTeacher(Recipe, Data, cached, votes: false);
        var targets = BatchTargets.Of(Recipe with { TeacherCopies = cached ? 4 : 0 }, [], teacher);
        Mixup? mixup = mixed ? Mixup.Draw(Recipe, 9, Batch.Length) : null;
        float[] actual = targets.Of(new HeadTargets([new Targets(Recipe, Data)], [1]), Batch, 2, false, mixup);

        // Without a teacher the target has the rest of the share.
        var alone = new Targets(
            Recipe with
            {
                TeacherShare = 0,
                Teacher = null,
                TeacherInput = TeacherInputKind.Plain,
            },
            Data
        );
        float[] pixels = Pixels(Recipe, 2);
        float[] weights = [.. Batch.Select(i => 0.6f * alone[i].ToArray().Sum())];
        float[] rest = [.. Batch.SelectMany(i => alone[i].ToArray().Select(v => 0.4f * v))];
        float[] expected;
        if (cached)
        {
            expected = Sum(rest, weights, pixels);
            mixup?.Blend(expected);
        }
        else
        {
            mixup?.Blend(rest);
            mixup?.Blend(weights);
            mixup?.Blend(pixels);
            expected = Sum(rest, weights, pixels);
        }

        Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(cached || !mixed, teacher.Requests.Single().Mixup is null);
    }

    [Fact]
    public void Each_head_is_taught_by_the_teachers_that_have_it()
    {
        string[] heads = [LabelSets.Fer2013, LabelSets.FerPlus];
        TrainingRecipe recipe = Recipe with { Mixup = 0, ClassWeights = ClassWeighting.None, LabelSmoothing = 0 };
        foreach (bool votes in (bool[])[true, false])
        {
            using var teacher = new MadeTeacher(recipe, Data, cached: false, votes);
            var targets = BatchTargets.Of(recipe, heads, teacher);
            Assert.Equal(votes, targets.TeachesVotes);
            float[] actual = targets.Of(
                new HeadTargets(
                    [new Targets(recipe, Data), Targets.OfVotes(recipe, Data, null, targets.TeachesVotes)],
                    [0.25, 0.75]
                ),
                Batch,
                0,
                false,
                null
            );
            float[][] seen = [.. Pixels(recipe, 0).Chunk(Side * Side).Select(p => MadeTeacher.Of(p.Average()))];
            for (int i = 0; i < Batch.Length; i++)
            {
                for (int c = 0; c < 7; c++)
                {
                    double label = Data.Labels[Batch[i]] == c ? 1 : 0,
                        vote = Data.VoteDistributions![(Batch[i] * 7) + c];
                    Assert.Equal(0.25 * ((0.4 * label) + (0.6 * seen[i][c])), actual[(i * 14) + c], 1e-5);
                    Assert.Equal(
                        0.75 * (votes ? (0.4 * vote) + (0.6 * seen[i][6 - c]) : vote),
                        actual[(i * 14) + 7 + c],
                        1e-5
                    );
                }
            }
        }
    }

    [Fact]
    public void Epochs_repeat_the_copies_only_if_the_answers_are_cached()
    {
        using var cached = new MadeTeacher(Recipe, Data, cached: true, votes: false);
        using var live = new MadeTeacher(Recipe, Data, cached: false, votes: false);
        TrainingRecipe four = Recipe with { TeacherCopies = 4 };
        Assert.Equal([0, 3, 0, 2], new[] { 0, 3, 4, 10 }.Select(BatchTargets.Of(four, [], cached).CopyOf));
        Assert.Equal([0, 3, 4, 10], new[] { 0, 3, 4, 10 }.Select(BatchTargets.Of(Recipe, [], live).CopyOf));
        Assert.Equal(10, BatchTargets.Of(four with { TeacherShare = 0 }, [], null).CopyOf(10));
        Assert.Equal("noTeacher", Assert.Throws<TrainingException>(() => BatchTargets.Of(Recipe, [], null)).Code);
    }

    private static float[] Pixels(TrainingRecipe recipe, int epoch)
    {
        var augmenter = new Augmenter(recipe, Data, 1f / 255, 0);
        float[] pixels = new float[Batch.Length * Side * Side];
        for (int i = 0; i < Batch.Length; i++)
        {
            augmenter.Write(Batch[i], epoch, false, Side, Side, pixels.AsSpan(i * Side * Side, Side * Side));
        }

        return pixels;
    }

    private static float[] Sum(float[] rest, float[] weights, float[] pixels) =>
        [
            .. pixels
                .Chunk(Side * Side)
                .SelectMany(
                    (p, i) => MadeTeacher.Of(p.Average()).Select((q, c) => rest[(i * 7) + c] + (weights[i] * q))
                ),
        ];

    private static FaceDataset WithVotes(FaceDataset data) =>
        data.WithVotes(data.VoteDistributions, new byte[data.Count * FerPlusVotes.Columns]);
}
