using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Folders and options that <c>mien predict --parquet</c> refuses, without changing anything.</summary>
public sealed class ParquetErrorTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;
    private readonly string parts;

    public ParquetErrorTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        parts = folder["parts"];
        folder.WriteFace("p/a.png", Expression.Anger);
        folder.WriteFace("p/b.png", Expression.Fear);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Parts_of_an_earlier_run_are_not_repeated()
    {
        Assert.Equal(ExitCodes.Done, Predict("--part-size", "1").Code);
        AssertRefused(
            $"--parquet: {parts} already has part-0000-of-0001-000000.parquet and 1 more part of an earlier run. "
                + $"Continue it with --resume, or choose another folder.",
            () => Predict()
        );
        AssertRefused("already has part-0000-of-0001-000000.parquet", () => Predict("--shard", "0/3"));
    }

    [Fact]
    public void Parts_of_another_model_head_or_schema_are_not_resumed()
    {
        Predict();
        string same = folder["same.onnx"];
        BrightnessModel.Write(same, order: [.. Enum.GetValues<Expression>().Reverse()]);
        string named = BrightnessModel.Write(folder["named.onnx"], "other");
        string heads = BrightnessHeads.Write(folder["heads.onnx"]);

        AssertRefused("it was written with another file of the model 'brightness' (SHA-256 ", () => Resume(same));
        AssertRefused(
            "it was written with the model 'brightness', but this run with 'other'. Choose",
            () => Resume(named)
        );
        AssertRefused(
            "it was written with the model 'brightness', but this run with 'heads'. Choose",
            () => Resume(heads)
        );

        Directory.Delete(parts, recursive: true);
        Cli.Run("predict", folder["p"], "--model", heads, "--parquet", parts);
        CliResult head = Resume(heads, "--head", "ferplus");
        Assert.Equal(ExitCodes.Usage, head.Code);
        Assert.Contains(
            "it was written with the head 'blend', but this run with the head 'ferplus'",
            head.Error,
            StringComparison.Ordinal
        );

        // A shard beside those of another model is noticed, too.
        Directory.Delete(parts, recursive: true);
        Cli.Run("predict", folder["p"], "--model", heads, "--parquet", parts, "--shard", "0/2");
        CliResult shard = Predict("--shard", "1/2");
        Assert.Equal(ExitCodes.Usage, shard.Code);
        Assert.Contains("but this run with 'brightness'", shard.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_part_is_named()
    {
        Predict();
        string part = Assert.Single(Directory.GetFiles(parts));
        byte[] whole = File.ReadAllBytes(part);
        foreach (int length in (int[])[0, 3, 100, whole.Length / 2, whole.Length - 1])
        {
            File.WriteAllBytes(part, whole[..length]);
            CliResult result = Resume(model);

            Assert.Equal(ExitCodes.Usage, result.Code);
            Assert.Contains(
                $"error: {part}: cannot be used as a part of Parquet results: it is damaged or no Parquet file (",
                result.Error,
                StringComparison.Ordinal
            );
            Assert.Equal(length, new FileInfo(part).Length);
        }
    }

    [Fact]
    public void A_foreign_file_is_named()
    {
        Predict();
        string part = Assert.Single(Directory.GetFiles(parts));
        DuckDb.Query($"COPY (SELECT 1 AS path) TO '{folder["foreign.parquet"]}' (FORMAT parquet)", parts);
        File.Copy(folder["foreign.parquet"], part, overwrite: true);
        AssertRefused("it was not written by mien (it has no 'mien.schema' in its metadata)", () => Resume(model));

        DuckDb.Query(
            $"COPY (SELECT 1 AS path) TO '{part}' (FORMAT parquet, KV_METADATA {{\"mien.schema\": '99'}})",
            folder.Path
        );
        AssertRefused(
            "its schema has the version 99, and this program reads version 1; use the version of",
            () => Resume(model)
        );

        DuckDb.Query(
            $"COPY (SELECT 'a' AS path) TO '{part}' (FORMAT parquet, KV_METADATA {{\"mien.schema\": '1', "
                + $"\"mien.model\": 'm', \"mien.modelSha256\": 'x', \"mien.labels\": '[\"a\", \"b\"]'}})",
            folder.Path
        );
        AssertRefused(
            "its columns are path text?, expected path text, status text, isFaceCrop boolean?",
            () => Resume(model)
        );

        File.Delete(part);
        File.Move(folder["foreign.parquet"], Path.Combine(parts, "table.parquet"));
        AssertRefused("is a Parquet file with another name than a part", () => Resume(model));
        Assert.Contains("is a Parquet file with another name", Predict().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        folder.Write("file", "x");
        (string Message, string[] Args)[] cases =
        [
            ("--part-size is the number of images per Parquet part: it needs --parquet DIR.", ["--part-size", "5"]),
            ("--part-size is 0, expected a whole number from 1", ["--parquet", parts, "--part-size", "0"]),
            ("--part-size is x, expected a whole number from 1", ["--parquet", parts, "--part-size", "x"]),
            ($"--parquet: '{folder["file"]}' is a file, expected a folder", ["--parquet", folder["file"]]),
            ("--parquet: '' is empty, expected a folder", ["--parquet", ""]),
            (
                "--resume continues one output, but there are two: the Parquet parts and",
                ["--parquet", parts, "--resume", "-o", folder["a.csv"]]
            ),
            (
                "--resume continues one output, but there are two: the Parquet parts and JSON Lines.",
                ["--parquet", parts, "--resume", "--jsonl"]
            ),
        ];
        Check.All(
            cases,
            c =>
            {
                CliResult result = Cli.Run(["predict", folder["p"], "--model", model, .. c.Args]);
                Assert.Equal(ExitCodes.Usage, result.Code);
                Assert.Contains(c.Message, result.Error, StringComparison.Ordinal);
                Assert.False(Directory.Exists(parts));
            }
        );
    }

    private CliResult Predict(params string[] args) =>
        Cli.Run(["predict", folder["p"], "--model", model, "--parquet", parts, .. args]);

    private CliResult Resume(string with, params string[] args) =>
        Cli.Run(["predict", folder["p"], "--model", with, "--parquet", parts, "--resume", .. args]);

    private void AssertRefused(string message, Func<CliResult> run)
    {
        string[] before = Content();
        CliResult result = run();
        Assert.True(result.Code == ExitCodes.Usage, result.Error);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal(before, Content());

        string[] Content() => [.. Directory.GetFiles(parts).Select(f => $"{f} {File.GetLastWriteTimeUtc(f):O}")];
    }
}
