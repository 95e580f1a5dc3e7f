using Mien.Data;

namespace Mien.Training.Tests;

public class TargetsTests
{
    // Three images of anger, one of disgust; the first two have votes that differ from the label.
    private static readonly FaceDataset Four = new(
        "made",
        1,
        1,
        new byte[4],
        [0, 0, 0, 1],
        new DatasetSplit[4],
        voteDistributions:
        [
            0.2f,
            0.8f,
            0,
            0,
            0,
            0,
            0,
            0.5f,
            0,
            0,
            0,
            0.5f,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            0,
        ]
    );

    [Fact]
    public void By_default_the_target_is_the_label()
    {
        AssertTargets(new TrainingRecipe(), 0, 1, 0, 0, 0, 0, 0, 0);
        AssertTargets(new TrainingRecipe(), 3, 0, 1, 0, 0, 0, 0, 0);
    }

    [Fact]
    public void Votes_have_their_share()
    {
        AssertTargets(new TrainingRecipe { VoteShare = 0.5 }, 0, 0.6, 0.4, 0, 0, 0, 0, 0);
        AssertTargets(new TrainingRecipe { VoteShare = 1 }, 0, 0.2, 0.8, 0, 0, 0, 0, 0);
        AssertTargets(new TrainingRecipe { VoteShare = 0.5 }, 1, 0.75, 0, 0, 0, 0.25, 0, 0);
    }

    [Fact]
    public void Smoothing_spreads_its_share_evenly()
    {
        // 0.9 + 0.1 / 7 and 0.1 / 7
        AssertTargets(
            new TrainingRecipe { LabelSmoothing = 0.1 },
            2,
            0.9142857,
            0.0142857,
            0.0142857,
            0.0142857,
            0.0142857,
            0.0142857,
            0.0142857
        );
        // 0.9 · 0.6 + 0.1 / 7 and 0.9 · 0.4 + 0.1 / 7
        AssertTargets(
            new TrainingRecipe { LabelSmoothing = 0.1, VoteShare = 0.5 },
            0,
            0.5542857,
            0.3742857,
            0.0142857,
            0.0142857,
            0.0142857,
            0.0142857,
            0.0142857
        );
    }

    [Fact]
    public void A_teacher_has_its_share_after_label_votes_and_smoothing()
    {
        float[] teacher = new float[28];
        teacher[4] = 1; // it predicts sadness for the first image
        teacher[2 * 7] = 0.75f;
        teacher[(2 * 7) + 6] = 0.25f;
        var recipe = new TrainingRecipe
        {
            Teacher = "any",
            TeacherShare = 0.6,
            VoteShare = 0.5,
            LabelSmoothing = 0.1,
        };

        // 0.4 · (0.9 · 0.6 + 0.1 / 7), 0.4 · (0.9 · 0.4 + 0.1 / 7), and 0.6 for sadness
        AssertTargets(
            new Targets(recipe, Four, teacher),
            0,
            0.2217143,
            0.1497143,
            0.0057143,
            0.0057143,
            0.6057143,
            0.0057143,
            0.0057143
        );
        AssertTargets(
            new Targets(recipe with { VoteShare = 0, LabelSmoothing = 0 }, Four, teacher),
            2,
            0.85,
            0,
            0,
            0,
            0,
            0,
            0.15
        );
        AssertTargets(
            new Targets(recipe with { TeacherShare = 0 }, Four, teacher),
            2,
            0.9142857,
            0.0142857,
            0.0142857,
            0.0142857,
            0.0142857,
            0.0142857,
            0.0142857
        );
    }

    [Fact]
    public void A_teacher_must_have_probabilities_for_every_image()
    {
        var recipe = new TrainingRecipe { Teacher = "any", TeacherShare = 0.5 };
        foreach (float[]? teacher in (float[]?[])[null, new float[21]])
        {
            var error = Assert.Throws<TrainingException>(() => new Targets(recipe, Four, teacher));
            Assert.Equal(
                (
                    "noTeacher",
                    $"The recipe's teacherShare needs a teacher's 7 probabilities for each of 4 training "
                        + $"images, but found {teacher?.Length ?? 0} values."
                ),
                (error.Code, error.Message)
            );
        }
    }

    [Theory]
    [InlineData(ClassWeighting.Balanced, 2.0 / 3, 2)] // 4/3 and 4, divided by their mean over the images, 2
    [InlineData(ClassWeighting.SquareRoot, 0.8452995, 1.4641016)] // their roots, divided by 1.3660254
    public void Class_weights_favour_rare_classes_and_average_to_one_over_the_images(
        object weightingValue,
        double frequent,
        double rare
    )
    {
        var weighting = (ClassWeighting)weightingValue;
        var recipe = new TrainingRecipe { ClassWeights = weighting };
        AssertTargets(recipe, 0, frequent, 0, 0, 0, 0, 0, 0);
        AssertTargets(recipe, 3, 0, rare, 0, 0, 0, 0, 0);
        var targets = new Targets(recipe with { LabelSmoothing = 0.3, VoteShare = 0.4 }, Four);
        Assert.Equal(4, Enumerable.Range(0, 4).Sum(i => targets[i].ToArray().Sum(v => (double)v)), 1e-5);
    }

    [Fact]
    public void A_vote_share_needs_votes()
    {
        var error = Assert.Throws<TrainingException>(() =>
            new Targets(new TrainingRecipe { VoteShare = 0.1 }, Four.WithVotes(null))
        );
        Assert.Equal("noVotes", error.Code);
    }

    [Fact]
    public void Mixup_blends_images_and_targets_with_the_same_share_and_partner()
    {
        const int Count = 6;
        var recipe = new TrainingRecipe { Mixup = 0.8, Seed = 3 };
        var shares = new List<double>();
        for (int step = 0; step < 40; step++)
        {
            (float[] pixels, float[] targets, int[] leading) = Batch();
            Mixup.Apply(recipe, step, pixels, targets, leading);
            double? common = null;
            for (int i = 0; i < Count; i++)
            {
                float[] row = targets[(i * 7)..((i + 1) * 7)];
                Assert.Equal(1, row.Sum(), 1e-5);
                int partner = Enumerable.Range(0, 7).FirstOrDefault(c => c != i && row[c] > 0, i);
                double share = partner == i ? 1 : row[i];
                Assert.Equal(partner == i ? 1 : 1 - share, row[partner], 1e-5);
                Check.All(
                    pixels[(i * 4)..((i + 1) * 4)],
                    p => Assert.Equal((share * 10 * i) + ((1 - share) * 10 * partner), p, 1e-3)
                );
                if (partner != i)
                {
                    common ??= share;
                    Assert.Equal(common.Value, share, 1e-5);
                    Assert.Equal(share < 0.5 ? partner : i, leading[i]);
                }
            }

            shares.Add(common ?? 1);
        }

        // Beta(0.8, 0.8) is symmetric about 0.5 and wide.
        Assert.InRange(shares.Average(), 0.3, 0.7);
        Assert.True(shares.Min() < 0.2 && shares.Max() > 0.8);

        static (float[] Pixels, float[] Targets, int[] Leading) Batch() =>
            (
                [.. Enumerable.Range(0, Count * 4).Select(i => (float)(i / 4 * 10))],
                [.. Enumerable.Range(0, Count * 7).Select(i => i / 7 == i % 7 ? 1f : 0f)],
                [.. Enumerable.Range(0, Count)]
            );
    }

    [Theory]
    [InlineData(PixelScaling.Unit, 0, 1)]
    [InlineData(PixelScaling.Signed, -1, 1)]
    public void Pixels_are_scaled_to_a_range(object scalingValue, double minimum, double maximum)
    {
        var scaling = (PixelScaling)scalingValue;
        (float scale, float offset) = PixelInput.Of(scaling, Four);
        Assert.Equal((minimum, maximum), ((0 * scale) + offset, Math.Round((255 * scale) + offset, 6)));
    }

    [Fact]
    public void Standard_scaling_gives_mean_0_and_deviation_1()
    {
        FaceDataset data = Made.Data(20, 0);
        (float scale, float offset) = PixelInput.Of(PixelScaling.Standard, data);
        double[] inputs = [.. data.Pixels.Select(p => ((double)p * scale) + offset)];
        Assert.Equal(0, inputs.Average(), 1e-5);
        Assert.Equal(1, inputs.Average(v => v * v), 1e-5);

        // For images without content there is no division by 0.
        (scale, offset) = PixelInput.Of(PixelScaling.Standard, Made.Images(2, [9, 9, 9, 9]));
        Assert.Equal((1f, -9f), (scale, offset));
    }

    private static void AssertTargets(TrainingRecipe recipe, int image, params double[] expected) =>
        AssertTargets(new Targets(recipe, Four), image, expected);

    private static void AssertTargets(Targets targets, int image, params double[] expected)
    {
        float[] actual = targets[image].ToArray();
        Assert.Equal(expected.Length, actual.Length);
        Check.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, 1e-6));
    }
}
