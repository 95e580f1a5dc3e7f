using System.Globalization;
using System.Text;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Which photos belong to a shard.</summary>
public sealed class ShardTests
{
    /// <summary>Computed with Python's hashlib: a new version must not move photos to other shards.</summary>
    [Theory]
    [InlineData("photo.jpg", 0, 5, 18, 2918, 885731008)]
    [InlineData("a/b.jpg", 0, 4, 68, 9368, 1535806173)]
    [InlineData("A/b.jpg", 1, 2, 13, 213, 643412830)]
    [InlineData("gr\u00f6\u00dfe/\u00fc.jpg", 0, 2, 68, 6368, 906684304)]
    [InlineData("gr\u00f6\u00dfe/u\u0308.jpg", 1, 6, 19, 3319, 2003953285)]
    [InlineData("a b/日本.png", 1, 0, 21, 5021, 150985144)]
    [InlineData("😀.jpg", 1, 1, 45, 5045, 1068258524)]
    public void The_hash_of_a_path_is_fixed(string path, int of2, int of7, int of100, int of10000, int ofMax)
    {
        Assert.Equal(
            [0, of2, of7, of100, of10000, ofMax],
            ((int[])[1, 2, 7, 100, 10_000, int.MaxValue]).Select(n => Shard.Of(path, n))
        );
    }

    [Fact]
    public void Separators_of_the_platform_are_slashes()
    {
        Assert.Equal(68, Shard.Of(Path.Combine("a", "b.jpg"), 100));

        // A backslash is a character of the name where it is no separator.
        Assert.Equal(OperatingSystem.IsWindows() ? 68 : 20, Shard.Of(@"a\b.jpg", 100));
    }

    [Fact]
    public void Every_photo_belongs_to_exactly_one_shard()
    {
        var random = new Random(1);
        foreach (int count in (int[])[1, 2, 3, 10, 64, 101])
        {
            Shard[] shards = [.. Enumerable.Range(0, count).Select(i => new Shard(i, count))];
            foreach (string name in Names(random, 300))
            {
                Assert.Single(shards, s => s.Has(name));
            }
        }
    }

    [Fact]
    public void Shards_are_about_equal()
    {
        foreach (int count in (int[])[2, 7, 100, 1000])
        {
            // Names as cameras give them: they differ in a few digits only.
            int photos = count * 200;
            int[] sizes = new int[count];
            for (int i = 0; i < photos; i++)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"2026/{i / 5000:000}/IMG_{i:00000000}.jpg");
                sizes[Shard.Of(name, count)]++;
            }

            // Chi-square with count - 1 degrees of freedom: mean count - 1, variance twice that.
            double expected = (double)photos / count;
            double chiSquare = sizes.Sum(s => (s - expected) * (s - expected) / expected);
            Assert.InRange(chiSquare, 0, count - 1 + (4 * Math.Sqrt(2 * (count - 1))));
        }
    }

    [Theory]
    [InlineData("0/1", "0000-of-0001")]
    [InlineData("3/100", "0003-of-0100")]
    [InlineData("03/0100", "0003-of-0100")]
    [InlineData("9999/10000", "09999-of-10000")]
    [InlineData("7/1234567", "0000007-of-1234567")]
    public void A_shard_has_a_name_that_sorts(string text, string name) =>
        Assert.Equal(name, Shard.Parse(text, _ => null).Name);

    [Theory]
    [InlineData("3/3", "there is no shard 3 of 3. Shards are numbered from 0 to 2.")]
    [InlineData("1/1", "Shards are numbered from 0 to 0.")]
    [InlineData("0/0", "must be at least 1")]
    [InlineData("auto/0", "must be at least 1")]
    [InlineData("", "expected I/N")]
    [InlineData("3", "expected I/N")]
    [InlineData("/3", "expected I/N")]
    [InlineData("3/", "expected I/N")]
    [InlineData("-1/3", "expected I/N")]
    [InlineData("+1/3", "expected I/N")]
    [InlineData(" 1/3", "expected I/N")]
    [InlineData("1/3/5", "expected I/N")]
    [InlineData("1.0/3", "expected I/N")]
    [InlineData("1/99999999999", "expected I/N")]
    [InlineData("Auto", "expected I/N")]
    [InlineData("auto/", "expected I/N")]
    [InlineData("auto", "is not a task of an array job. Use --shard I/N.")]
    [InlineData("auto/3", "is not a task of an array job. Use --shard I/N.")]
    public void Other_values_are_refused(string text, string message) =>
        Assert.Contains(message, Error(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("auto", "2/5", "SLURM_ARRAY_TASK_ID=2 _COUNT=5 _MIN=0 _MAX=4")]
    [InlineData("auto", "4/5", "AWS_BATCH_JOB_ARRAY_INDEX=4 AWS_BATCH_JOB_ARRAY_SIZE=5")]
    [InlineData("auto", "4/5", "AWS_BATCH_JOB_ARRAY_INDEX=4 AWS_BATCH_JOB_ARRAY_SIZE=5 JOB_COMPLETION_INDEX=")]
    [InlineData("auto/9", "2/9", "SLURM_ARRAY_TASK_ID=2 _COUNT=2 _MIN=2 _MAX=7")]
    [InlineData("auto/9", "8/9", "AWS_BATCH_JOB_ARRAY_INDEX=8 AWS_BATCH_JOB_ARRAY_SIZE=5")]
    [InlineData("auto/9", "0/9", "JOB_COMPLETION_INDEX=0")]
    public void An_array_job_tells_the_shard(string text, string shard, string variables) =>
        Assert.Equal(shard, Shard.Parse(text, Environment(variables)).ToString());

    [Theory]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=1 _COUNT=5 _MIN=1 _MAX=5", "5 tasks from 1 to 5", "auto/N")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=4 _COUNT=3 _MIN=0 _MAX=4", "3 tasks from 0 to 4", "auto/N")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_COUNT is not set", "auto/N")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=x _COUNT=5 _MIN=0 _MAX=4", "SLURM_ARRAY_TASK_ID is 'x'", "I/N")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=5 _COUNT=5 _MIN=0 _MAX=4", "no shard 5 of 5", "0 to 4")]
    [InlineData("auto", "AWS_BATCH_JOB_ARRAY_INDEX=1", "AWS_BATCH_JOB_ARRAY_SIZE is not set", "auto/N")]
    [InlineData("auto", "AWS_BATCH_JOB_ARRAY_INDEX=5 AWS_BATCH_JOB_ARRAY_SIZE=5", "no shard 5 of 5", "0 to 4")]
    [InlineData("auto", "AWS_BATCH_JOB_ARRAY_INDEX=0 AWS_BATCH_JOB_ARRAY_SIZE=0", "at least 1", "SIZE")]
    [InlineData("auto", "JOB_COMPLETION_INDEX=1", "Kubernetes does not tell the number", "auto/N")]
    [InlineData(
        "auto",
        "SLURM_ARRAY_TASK_ID=1 _COUNT=5 _MIN=0 _MAX=4 AWS_BATCH_JOB_ARRAY_INDEX=1 AWS_BATCH_JOB_ARRAY_SIZE=5",
        "SLURM_ARRAY_TASK_ID and AWS_BATCH_JOB_ARRAY_INDEX are set",
        "ambiguous"
    )]
    [InlineData("auto/3", "SLURM_ARRAY_TASK_ID=1 JOB_COMPLETION_INDEX=1", "JOB_COMPLETION_INDEX are set", "ambiguous")]
    [InlineData("auto/3", "JOB_COMPLETION_INDEX=3", "JOB_COMPLETION_INDEX is 3", "0 to 2")]
    [InlineData("auto/3", "JOB_COMPLETION_INDEX=-1", "JOB_COMPLETION_INDEX is '-1'", "whole number")]
    public void An_array_job_that_tells_no_shard_is_refused(string text, string variables, params string[] messages)
    {
        string error = Error(text, variables);
        foreach (string message in messages)
        {
            Assert.Contains(message, error, StringComparison.Ordinal);
        }
    }

    /// <summary>Random names, each also in another Unicode form and with other case.</summary>
    private static IEnumerable<string> Names(Random random, int count)
    {
        const string Letters = "abcXYZ019 _-.+~'ÄéñßøЖ日😀\u0301";
        for (int i = 0; i < count; i++)
        {
            var name = new StringBuilder();
            int length = random.Next(1, 40);
            while (name.Length < length)
            {
                name.Append(random.Next(8) == 0 ? '/' : Letters[random.Next(Letters.Length)]);
            }

            yield return name.ToString();
            yield return $"{i}\u00e9.jpg";
            yield return $"{i}e\u0301.jpg";
            yield return $"{i}\u00e9.JPG";
        }
    }

    private static string Error(string text, string variables = "") =>
        Assert.Throws<UsageException>(() => Shard.Parse(text, Environment(variables))).Message;

    /// <summary>Variables of the form <c>NAME=value</c>; <c>_COUNT</c> and so on are those of a Slurm array.</summary>
    private static Func<string, string?> Environment(string variables)
    {
        var values = variables
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => v.Split('='))
            .ToDictionary(v => v[0][0] == '_' ? "SLURM_ARRAY_TASK" + v[0] : v[0], v => v[1]);
        return values.GetValueOrDefault;
    }
}
