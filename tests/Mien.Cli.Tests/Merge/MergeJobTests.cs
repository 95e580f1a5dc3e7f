using System.Text.Json;
using Mien.CommandLine;
using Mien.Workers;

namespace Mien.Cli.Tests;

/// <summary><c>mien merge</c> of a folder with the lists that workers write.</summary>
public sealed class MergeJobTests : IDisposable
{
    private readonly TempFolder folder = new();

    public MergeJobTests()
    {
        string model = BrightnessModel.Write(folder["m.onnx"]);
        for (int i = 0; i < 3; i++)
        {
            folder.WriteFace($"p/{i}.png", Expression.Anger);
            Cli.Run("predict", folder[$"p/{i}.png"], "--model", model, "--parquet", folder[$"o{i}"]);
            Directory.CreateDirectory(folder["out"]);
            File.Move(folder[$"o{i}/part-0000-of-0001-000000.parquet"], folder[$"out/{Name(i)}"]);
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Only_the_files_that_a_list_names_count()
    {
        List("a", isComplete: true, 0, 1);
        List("b", isComplete: true, 2);
        File.Copy(folder["out/" + Name(0)], folder["out/" + Name(7)]); // a shard that was halved later
        folder.Write("out/others.csv", "path\n");
        folder.Write("out/others.jsonl", "{}\n");
        folder.Write("out/notes.txt", "");
        CliResult merged = Merge("-o", folder["all.parquet"]);

        Assert.True(merged.Code == ExitCodes.Done, merged.Error);
        Assert.StartsWith("3 parts: 3 photos, 3 results, 0 missing, 0 double.", merged.Out, StringComparison.Ordinal);
        Assert.Contains(
            $"note: 3 files in the folder do not count, because no list of a job names them: others.csv, "
                + $"others.jsonl, {Name(7)}.",
            merged.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("To merge them, move them to a folder of their own.", merged.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["all.parquet"]));
    }

    [Fact]
    public void An_unfinished_job_is_not_merged()
    {
        List("a", isComplete: false, 0, 1, 2);
        CliResult merged = Merge("-o", folder["all.parquet"]);
        JsonElement json = JsonDocument.Parse(Merge("--json").Out).RootElement;

        Assert.Equal(ExitCodes.SomeFailed, merged.Code);
        Assert.Contains("The job a is not complete: 5 queued photos without a result.", merged.Error);
        Assert.False(File.Exists(folder["all.parquet"]));
        Assert.False(json.GetProperty("isComplete").GetBoolean());
        Assert.Equal("a", json.GetProperty("unfinishedJobs")[0].GetString());
        Assert.Empty(json.GetProperty("missingParts").EnumerateArray());
    }

    [Fact]
    public void A_file_that_is_gone_is_named()
    {
        List("a", isComplete: true, 0, 1, 2, 3);
        CliResult merged = Merge();
        JsonElement json = JsonDocument.Parse(Merge("--json").Out).RootElement;

        Assert.Equal(ExitCodes.SomeFailed, merged.Code);
        Assert.Contains($"Files that are missing: {Name(3)}.", merged.Error, StringComparison.Ordinal);
        Assert.Equal(Name(3), json.GetProperty("missingParts")[0].GetString());
    }

    [Fact]
    public void A_list_without_files_a_damaged_one_and_one_that_leads_elsewhere_are_errors()
    {
        List("a", isComplete: false);
        CliResult none = Merge();
        folder.Write("out/mien-job-a.json", "{");
        CliResult damaged = Merge();
        new JobFileList { Job = "a", Files = [new JobFile("../p/x.parquet", 1, 1, 0)] }.Write(folder["out"]);
        CliResult elsewhere = Merge();

        Assert.Contains("name no file that is there", none.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, none.Code);
        Check.All(
            (CliResult[])[damaged, elsewhere],
            r =>
            {
                Assert.Equal(ExitCodes.SomeFailed, r.Code);
                Assert.Contains("mien-job-a.json is not a list of the files of a job", r.Error);
            }
        );
    }

    private static string Name(int i) => $"part-000000000000000{i}.parquet";

    private void List(string job, bool isComplete, params int[] parts) =>
        new JobFileList
        {
            Job = job,
            IsComplete = isComplete,
            Photos = parts.Length,
            RemainingPhotos = isComplete ? 0 : 5,
            Files = [.. parts.Select(i => new JobFile(Name(i), 1, 1, 0))],
        }.Write(folder["out"]);

    private CliResult Merge(params string[] more) =>
        Cli.Run(["merge", folder["out"], "--photos", folder["p"], .. more]);
}
