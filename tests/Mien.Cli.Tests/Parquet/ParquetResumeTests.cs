using System.Diagnostics;
using System.Globalization;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Parquet parts that are continued: after an interruption, with failed photos, by other shards.</summary>
public sealed class ParquetResumeTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;
    private readonly string parts;

    public ParquetResumeTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        parts = folder["parts"];
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Photos_with_a_result_are_skipped_and_the_numbers_go_on()
    {
        WriteFaces(5);
        Run(ExitCodes.Done, "--part-size", "2");
        byte[][] before = [.. Files().Select(File.ReadAllBytes)];
        folder.WriteFace("p/new.png", Expression.Fear);
        CliResult result = Run(ExitCodes.Done, "--part-size", "2", "--resume");

        Assert.Contains($"Resuming {parts}: 5 images are already done.", result.Error, StringComparison.Ordinal);
        Assert.Contains("1 image: 1 ok; ", result.Error, StringComparison.Ordinal);
        Assert.Equal(4, Files().Length);
        Assert.EndsWith("000003.parquet", Files()[3], StringComparison.Ordinal);
        Assert.Equal(before, Files()[..3].Select(File.ReadAllBytes));
        Assert.Equal(6, DuckDb.AssertOnce(parts).Length);
    }

    [Fact]
    public void A_folder_without_parts_is_begun()
    {
        WriteFaces(1);
        Run(ExitCodes.Done, "--resume");
        Assert.Single(DuckDb.AssertOnce(parts));
    }

    [Fact]
    public void A_photo_that_is_given_twice_has_two_results()
    {
        string face = folder.WriteFace("a.png", Expression.Anger);
        string[] command = ["predict", face, face, "--model", model, "--parquet", parts, "--resume"];
        Cli.Run("predict", face, "--model", model, "--parquet", parts);
        Assert.Equal(ExitCodes.Done, Cli.Run(command).Code);
        Assert.Equal(["2"], DuckDb.Texts("SELECT count(*) FROM '{}'", parts));
        Assert.Equal(ExitCodes.Done, Cli.Run(command).Code);
        Assert.Equal(["2"], DuckDb.Texts("SELECT count(*) FROM '{}'", parts));
    }

    [Fact]
    public void Failed_photos_are_tried_again_and_their_errors_replaced_where_they_are()
    {
        WriteFaces(7);
        foreach (int i in (int[])[1, 2, 5])
        {
            folder.Write(Name(i), "no image");
        }

        Run(ExitCodes.SomeFailed, "--part-size", "3");
        string[] names = Files();
        byte[] last = File.ReadAllBytes(names[2]);

        // One is repaired with three faces, one fails again, one is not given any more.
        folder.Write(Name(1), MadePhotos.Group().EncodePng());
        File.Delete(folder[Name(5)]);
        CliResult result = Run(ExitCodes.SomeFailed, "--part-size", "3", "--resume");

        Assert.Contains(": 5 images are already done. 2 failed ones are tried again.", result.Error);
        Assert.Contains("(Parquet, no new part).", result.Error, StringComparison.Ordinal);
        Assert.Contains("also has results of 1 image not given in this run. 1 failed.", result.Error);
        Assert.Equal(names, Files());
        Assert.Equal(last, File.ReadAllBytes(names[2]));
        Assert.Equal(
            ["00 ok", "01 ok", "01 ok", "01 ok", "02 error", "03 ok", "04 ok", "05 error", "06 ok"],
            DuckDb.Texts(
                "SELECT path[-6:-5] || ' ' || status FROM read_parquet('{}', filename = true) "
                    + "ORDER BY filename, file_row_number, path, face",
                parts
            )
        );

        WriteFaces(7);
        Run(ExitCodes.Done, "--part-size", "3", "--resume");
        Assert.Equal(7, DuckDb.AssertOnce(parts).Length);
        Assert.Equal(["ok"], DuckDb.Texts("SELECT DISTINCT status FROM '{}'", parts));
    }

    [Fact]
    public void The_error_of_a_folder_goes_when_a_photo_in_it_is_found()
    {
        // A file in the place of the folder fails like a folder that cannot be listed.
        WriteFaces(1);
        folder.Write("closed", "no image");
        string[] command = ["predict", folder["p"], folder["closed"], "--model", model, "--parquet", parts];
        Assert.Equal(ExitCodes.SomeFailed, Cli.Run(command).Code);
        File.Delete(folder["closed"]);
        folder.WriteFace("closed/a.png", Expression.Fear);
        CliResult result = Cli.Run([.. command, "--resume"]);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Equal(["ok"], DuckDb.Texts("SELECT DISTINCT status FROM '{}'", parts));
        Assert.Equal(2, DuckDb.AssertOnce(parts).Length);
    }

    [Fact]
    public void A_retry_on_a_full_disk_keeps_the_errors()
    {
        WriteFaces(3);
        folder.Write(Name(1), "no image");
        Run(ExitCodes.SomeFailed);
        byte[] before = File.ReadAllBytes(Files()[0]);
        WriteFaces(3);
        CliResult result;
        using (new FullDisk(100))
        {
            result = Run(ExitCodes.SomeFailed, "--resume");
        }

        Assert.Contains("the disk is full", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Files()[0]));
        Assert.Single(Directory.GetFileSystemEntries(parts));
    }

    [Fact]
    public void A_run_that_is_killed_at_any_moment_loses_no_result_and_repeats_none()
    {
        const int Count = 90;
        WriteFaces(Count);
        var random = new Random(5);
        int[] broken = [.. Enumerable.Range(0, Count).Where(_ => random.Next(4) == 0)];
        foreach (int i in broken)
        {
            folder.Write(Name(i), "no image");
        }

        string[] command =
        [
            "predict",
            folder["p"],
            "--model",
            model,
            "--parquet",
            parts,
            "--part-size",
            "3",
            "--resume",
            "--quiet",
        ];
        string[] before = [];
        for (int round = 0; round < 4; round++)
        {
            using (Process process = MienProgram.Start(command))
            {
                // Not after a time, which the machine decides, but at a number of writes to the folder.
                int writes = random.Next(1, 20);
                DateTime last = default;
                while (!process.HasExited && writes > 0)
                {
                    DateTime now = Directory.GetLastWriteTimeUtc(parts);
                    writes -= now != last ? 1 : 0;
                    last = now;
                    Thread.Yield();
                }

                process.Kill();
                process.WaitForExit();
            }

            if (Directory.Exists(parts) && Files().Length > 0)
            {
                string[] after = DuckDb.AssertOnce(parts);
                Assert.Empty(before.Except(after));
                before = after;
            }

            // In the later rounds there are errors to replace.
            foreach (int i in broken.Where(_ => round > 0 && random.Next(3) == 0))
            {
                folder.WriteFace(Name(i), Expression.Fear);
            }
        }

        WriteFaces(Count);
        Assert.Equal(ExitCodes.Done, Cli.Run(command).Code);
        Assert.Equal(Count, DuckDb.AssertOnce(parts).Length);
        Assert.Equal(["ok"], DuckDb.Texts("SELECT DISTINCT status FROM '{}'", parts));
        Assert.Empty(Directory.GetFiles(parts, ".*"));
    }

    [Fact]
    public async Task Two_runs_of_one_shard_are_refused_and_those_of_two_shards_are_not()
    {
        WriteFaces(8);
        using (TempFolder.HoldShard(parts, new Shard(0, 2).Name))
        {
            (int same, string refused) = await RunProgram("--shard", "0/2", "--resume");
            (int other, _) = await RunProgram("--shard", "1/2");
            (int count, string otherCount) = await RunProgram("--shard", "1/3", "--resume");
            (int all, string whole) = await RunProgram("--resume");

            Assert.Equal(
                (ExitCodes.Usage, ExitCodes.Done, ExitCodes.Usage, ExitCodes.Usage),
                (same, other, count, all)
            );
            Assert.Contains("is writing to this folder.", refused, StringComparison.Ordinal);
            Assert.Contains(
                "a run of shard 0/2 is writing to this folder, and may process the same photos as this run of",
                otherCount
            );
            Assert.Contains("as this run of all photos.", whole, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Shards_write_into_one_folder_and_a_run_without_shards_completes_them()
    {
        WriteFaces(12);
        Run(ExitCodes.Done, "--shard", "0/3", "--part-size", "2");
        Run(ExitCodes.Done, "--shard", "2/3", "--part-size", "2");
        int before = DuckDb.AssertOnce(parts).Length;
        CliResult rest = Run(ExitCodes.Done, "--resume");

        Assert.InRange(before, 1, 11);
        Assert.Contains($"{before} images are already done.", rest.Error, StringComparison.Ordinal);
        Assert.Equal(12, DuckDb.AssertOnce(parts).Length);

        // The photos of a shard may be in parts of other numbers of shards.
        foreach (string shard in (string[])["1/3", "0/2", "1/2"])
        {
            CliResult again = Run(ExitCodes.Done, "--shard", shard, "--resume");
            Assert.Contains("0 images: 0 ok", again.Error, StringComparison.Ordinal);
        }

        Assert.Equal(12, DuckDb.AssertOnce(parts).Length);
    }

    [Fact]
    public void A_shard_without_photos_has_an_empty_part()
    {
        WriteFaces(1);
        int index = new Shard(0, 50).Has("00.png") ? 1 : 0;
        Run(ExitCodes.Done, "--shard", $"{index}/50");
        string[] files = Files();
        Run(ExitCodes.Done, "--shard", $"{index}/50", "--resume");

        Assert.Equal($"part-{new Shard(index, 50).Name}-000000.parquet", Path.GetFileName(Assert.Single(files)));
        Assert.Equal(files, Files());
        Assert.Equal(["0"], DuckDb.Texts("SELECT count(*) FROM '{}'", parts));
    }

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"p/{i:00}.png");

    private void WriteFaces(int count)
    {
        byte[] face = BrightnessModel.Face(Expression.Anger).EncodePng();
        for (int i = 0; i < count; i++)
        {
            folder.Write(Name(i), face);
        }
    }

    private string[] Files() => [.. Directory.GetFiles(parts, "*.parquet").Order(StringComparer.Ordinal)];

    private CliResult Run(int code, params string[] args)
    {
        CliResult result = Cli.Run(["predict", folder["p"], "--model", model, "--parquet", parts, .. args]);
        Assert.True(result.Code == code, result.Error);
        return result;
    }

    private async Task<(int Code, string Error)> RunProgram(params string[] args)
    {
        using Process process = MienProgram.Start([
            "predict",
            folder["p"],
            "--model",
            model,
            "--parquet",
            parts,
            .. args,
        ]);
        process.StandardInput.Close();
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }
}
