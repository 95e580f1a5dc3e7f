using Mien.Tools;

namespace Mien.Adaptation.Tests;

public class GroupedFoldsTests
{
    [Fact]
    public void A_group_is_in_one_fold()
    {
        (int[] targets, int[] groups) = Made(seed: 3, people: 60, maxEach: 9);
        int[] folds = GroupedFolds.Deal(targets, groups, 7, 10, 1);
        Check.All(
            groups.Zip(folds).GroupBy(p => p.First),
            group => Assert.Single(group.Select(p => p.Second).Distinct())
        );
        Assert.Equal(Enumerable.Range(0, 10), folds.Distinct().Order());
    }

    [Fact]
    public void Folds_are_about_equal_in_size_and_classes()
    {
        (int[] targets, int[] groups) = Made(seed: 4, people: 200, maxEach: 3);
        int[] folds = GroupedFolds.Deal(targets, groups, 7, 10, 1);
        int[] sizes = [.. folds.CountBy(f => f).Select(f => f.Value)];
        Assert.InRange(sizes.Max() - sizes.Min(), 0, 6);
        foreach (int label in targets.Distinct())
        {
            double share = targets.Count(t => t == label) / 10.0;
            Check.All(
                Enumerable.Range(0, 10),
                fold =>
                    Assert.InRange(
                        targets.Where((t, i) => t == label && folds[i] == fold).Count(),
                        Math.Floor(share) - 4,
                        share + 4
                    )
            );
        }
    }

    [Fact]
    public void Single_pictures_are_stratified()
    {
        int[] targets = [.. Enumerable.Range(0, 50).Select(i => i < 10 ? 1 : 0)];
        int[] folds = GroupedFolds.Deal(targets, [.. Enumerable.Range(0, 50)], 2, 10, 5);
        Check.All(
            Enumerable.Range(0, 10),
            fold =>
            {
                Assert.Equal(5, folds.Count(f => f == fold));
                Assert.Single(folds.Where((f, i) => f == fold && targets[i] == 1));
            }
        );
    }

    [Fact]
    public void Few_groups_are_a_fold_each()
    {
        (int[] targets, int[] groups) = Made(seed: 5, people: 4, maxEach: 12);
        int[] folds = GroupedFolds.Deal(targets, groups, 7, 10, 1);
        Assert.Equal(4, groups.Zip(folds).Distinct().Count());
        Assert.Equal(4, folds.Distinct().Count());
    }

    [Fact]
    public void The_seed_alone_decides()
    {
        (int[] targets, int[] groups) = Made(seed: 6, people: 80, maxEach: 4);
        int[] first = GroupedFolds.Deal(targets, groups, 7, 10, 1);
        Assert.Equal(first, GroupedFolds.Deal(targets, groups, 7, 10, 1));
        Assert.NotEqual(first, GroupedFolds.Deal(targets, groups, 7, 10, 2));
    }

    [Fact]
    public void Identical_pictures_are_one_group()
    {
        AdaptationSamples samples = new SimulatedFaces(1, width: 8).Draw(new Random(1), 20, 2);

        // The picture 0 of the person 0 again as one of the person 5, with the rounding of another batch; and two
        // pictures that differ in one feature only.
        samples.Features.AsSpan(0, 8).CopyTo(samples.Features.AsSpan(10 * 8));
        samples.Features[10 * 8] += 1e-6f;
        samples.Features.AsSpan(2 * 8, 8).CopyTo(samples.Features.AsSpan(20 * 8));
        samples.Features[20 * 8] += 0.01f;
        int[] groups = SampleGroups.Merge(samples);
        Assert.Equal(19, groups.Distinct().Count());
        Assert.Equal(18, groups.Max());
        Assert.Single(new[] { groups[0], groups[1], groups[10], groups[11] }.Distinct());
        Assert.NotEqual(groups[2], groups[20]);
    }

    private static (int[] Targets, int[] Groups) Made(int seed, int people, int maxEach)
    {
        var random = new Random(seed);
        var targets = new List<int>();
        var groups = new List<int>();
        for (int person = 0; person < people; person++)
        {
            int count = random.Next(1, maxEach + 1);
            for (int i = 0; i < count; i++)
            {
                targets.Add(Math.Min(random.Next(7), random.Next(7)));
                groups.Add(person);
            }
        }

        return ([.. targets], [.. groups]);
    }
}
