using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary><c>mien predict --shard</c>.</summary>
public sealed class PredictShardTests : IDisposable
{
    private static readonly string[] Names =
    [
        "a.png",
        "A.PNG",
        "gr\u00f6\u00dfe.png",
        "gro\u0308\u00dfe.png",
        "b/a.png",
        "b/c d/e'f.png",
        "b/日本.png",
        "b/😀.png",
        "x.png",
        "x-2.png",
        "x-3.png",
    ];

    private readonly TempFolder folder = new();
    private readonly string model;

    public PredictShardTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        Check.All(Names, n => folder.WriteFace("p/" + n, Expression.Anger));
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_shards_together_hold_every_photo_once(int count)
    {
        string[] all = Rows(Run("-o", folder["all.csv"]), "all.csv");

        string[] parts =
        [
            .. Enumerable
                .Range(0, count)
                .SelectMany(i =>
                    Rows(Run("--shard", $"{i}/{count}", "-o", folder["{shard}.csv"]), new Shard(i, count).Name + ".csv")
                ),
        ];

        Assert.True(all.Length >= Names.Length - 2, "Some file systems hold fewer of these names.");
        Assert.Equal(all.Order(StringComparer.Ordinal), parts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_shard_depends_on_the_path_below_the_given_folder_only()
    {
        string missing = Names.Last(new Shard(1, 3).Has);
        Check.All(Names.Where(n => n != missing), n => folder.WriteFace("else/where/" + n, Expression.Fear));

        string[] here = Relative(folder["p"], Json(folder["p"], "--shard", "1/3"));
        string[] there = Relative(folder["else/where"], Json(folder["else/where"], "--shard", "1/3"));
        string[] pattern = Relative(folder["p"], Json(folder["p"] + "/**/*", "--shard", "1/3"));

        Assert.NotEmpty(there);
        Assert.Equal(here.Where(n => n.Replace('\\', '/') != missing), there);
        Assert.Equal(here, pattern);
    }

    [Fact]
    public void Files_belong_to_a_shard_by_their_names()
    {
        string[] files = [.. Names.Take(1).Concat(Names.Skip(4)).Select(n => folder["p/" + n])];

        string[] parts = [.. Enumerable.Range(0, 3).SelectMany(i => Json([.. files, "--shard", $"{i}/3"]))];

        Assert.Equal(files.Order(StringComparer.Ordinal), parts.Order(StringComparer.Ordinal));
        Check.All(Json([.. files, "--shard", "2/3"]), f => Assert.Equal(2, Shard.Of(Path.GetFileName(f), 3)));
    }

    [Theory]
    [InlineData("empty.csv")]
    [InlineData("empty.json", "[\n]")]
    [InlineData("empty.jsonl", "")]
    [InlineData("empty.txt", "")]
    public void A_shard_without_photos_has_an_output_and_is_no_error(string file, string? content = null)
    {
        string shard = Empty();
        Run("-o", folder["other.csv"]);
        content ??= File.ReadLines(folder["other.csv"]).First();

        for (int run = 0; run < 2; run++)
        {
            CliResult result = Run("--shard", shard, "-o", folder[file]);

            Assert.Equal(ExitCodes.Done, result.Code);
            Assert.Contains($"none of the images belongs to shard {shard}.", result.Error, StringComparison.Ordinal);
            Assert.Equal(content, File.ReadAllText(folder[file]).TrimEnd());
        }

        if (Path.GetExtension(file) is ".csv" or ".jsonl")
        {
            Assert.Equal(ExitCodes.Done, Run("--shard", shard, "--resume", "-o", folder[file]).Code);
            Assert.Equal(content, File.ReadAllText(folder[file]).TrimEnd());
        }
    }

    [Fact]
    public void The_summary_counts_the_photos_of_the_shard()
    {
        int photos = Names.Count(new Shard(0, 2).Has);

        CliResult result = Run("--shard", "0/2", "-o", folder["out.csv"]);

        Assert.Contains($"{photos} images: {photos} ok; ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shard_is_resumed()
    {
        CliResult whole = Run("--shard", "0/2", "-o", folder["out.csv"]);
        string[] lines = File.ReadAllLines(folder["out.csv"]);
        Assert.True(lines.Length > 3);
        File.WriteAllLines(folder["out.csv"], lines[..3]);

        CliResult rest = Run("--shard", "0/2", "--resume", "-o", folder["out.csv"]);

        Assert.Equal((ExitCodes.Done, ExitCodes.Done), (whole.Code, rest.Code));
        Assert.Contains("2 images are already done", rest.Error, StringComparison.Ordinal);
        Assert.Equal(lines, File.ReadAllLines(folder["out.csv"]));
    }

    [Theory]
    [InlineData("--annotate")]
    [InlineData("--save-crops")]
    [InlineData("--explain")]
    public void Shards_write_to_one_folder_at_the_same_time_but_each_only_once(string option)
    {
        using (TempFolder.HoldShard(folder["out"], new Shard(0, 2).Name))
        {
            CliResult same = Run("--shard", "0/2", option, folder["out"]);
            CliResult other = Run("--shard", "1/2", option, folder["out"]);

            Assert.Equal((ExitCodes.Usage, ExitCodes.Done), (same.Code, other.Code));
            Assert.Contains("another run, process ", same.Error, StringComparison.Ordinal);
            Assert.Contains("is writing to this folder", same.Error, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCodes.Done, Run("--shard", "0/2", option, folder["out"]).Code);
        Assert.Equal(
            Directory.GetFiles(folder["p"], "*", SearchOption.AllDirectories).Length,
            Directory.GetFiles(folder["out"], "*", SearchOption.AllDirectories).Length
        );
    }

    [Fact]
    public void A_numbered_output_file_never_has_the_name_of_a_photo_of_another_shard()
    {
        // Both folders hold x.png, whose numbered names would be x-2.png, x-3.png, …, which are photos of the first.
        Check.All((string[])["x.png", "a.png", "b/a.png"], n => folder.WriteFace("q/" + n, Expression.Anger));
        foreach (int count in (int[])[2, 3, 7])
        {
            string to = folder[string.Create(CultureInfo.InvariantCulture, $"out{count}")];
            var results = new List<CliResult>();
            for (int i = 0; i < count; i++)
            {
                string[] inputs = [folder["p"], folder["q"]];
                results.Add(Run(inputs, "--shard", $"{i}/{count}", "--annotate", to));
            }

            Check.All(results, r => Assert.Equal(ExitCodes.Done, r.Code));
            int photos = Directory.GetFiles(folder["p"], "*", SearchOption.AllDirectories).Length + 3;
            Assert.Equal(photos, Directory.GetFiles(to, "*", SearchOption.AllDirectories).Length);
        }
    }

    [Fact]
    public void A_pipe_in_a_folder_is_an_error_of_one_shard()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes in folders.");
        folder.MakePipe("p/pipe.png");

        CliResult[] results = [.. Enumerable.Range(0, 3).Select(i => Run("--shard", $"{i}/3", "--csv"))];

        Assert.Equal(
            [ExitCodes.Done, ExitCodes.Done, ExitCodes.SomeFailed],
            results.Select(r => r.Code).Order().OrderBy(c => c == ExitCodes.SomeFailed)
        );
    }

    [Theory]
    [InlineData("--shard is '3/3': there is no shard 3 of 3", "p", "--shard", "3/3")]
    [InlineData("the number of shards must be at least 1", "p", "--shard", "0/0")]
    [InlineData("expected I/N such as 0/100", "p", "--shard", "half")]
    [InlineData("contains {shard}, but --shard is not given", "p", "-o", "{shard}.csv")]
    [InlineData("contains {shard}, but --shard is not given", "@p/{shard}.txt")]
    [InlineData("'-' is one image. Leave one out.", "-", "--shard", "0/2")]
    [InlineData("there is no image in this folder", "none", "--shard", "0/2")]
    public void Wrong_usage_is_told(string message, string input, params string[] more)
    {
        Directory.CreateDirectory(folder["none"]);

        CliResult result = Cli.Run([
            "predict",
            input[0] is '-' or '@' ? input : folder[input],
            "--model",
            model,
            .. more,
        ]);

        Assert.Equal(ExitCodes.Usage, result.Code);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=2")]
    [InlineData("auto/3", "JOB_COMPLETION_INDEX=1")]
    public async Task The_program_reads_the_variables_of_array_jobs(string shard, string variables)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Mien.Cli"),
            ["predict", folder["p"], "--model", model, "--json", "--quiet", "--shard", shard]
        )
        {
            RedirectStandardOutput = true,
        };
        foreach (string[] variable in variables.Split(' ').Select(v => v.Split('=')))
        {
            start.Environment[variable[0]] = variable[1];
        }

        using var process = Process.Start(start)!;
        string json = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ExitCodes.Done, process.ExitCode);
        Assert.Equal(Json(folder["p"], "--shard", "1/3"), Paths(json));
    }

    /// <summary>A shard that no photo belongs to.</summary>
    private static string Empty() =>
        Enumerable.Range(0, 1000).Select(i => new Shard(i, 1000)).First(s => !Names.Any(s.Has)).ToString();

    private CliResult Run(params string[] more) => Run([folder["p"]], more);

    private CliResult Run(string[] inputs, params string[] more) =>
        Cli.Run(["predict", .. inputs, "--model", model, .. more]);

    private string[] Rows(CliResult result, string file)
    {
        Assert.Equal(ExitCodes.Done, result.Code);
        return [.. File.ReadLines(folder[file]).Skip(1)];
    }

    private string[] Json(params string[] more) => Paths(Cli.Run(["predict", .. more, "--model", model, "--json"]).Out);

    private static string[] Paths(string json) =>
        [.. JsonDocument.Parse(json).RootElement.EnumerateArray().Select(i => i.GetProperty("path").GetString()!)];

    private static string[] Relative(string root, string[] paths) =>
        [.. paths.Select(p => Path.GetRelativePath(root, p))];
}
