using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary><c>mien predict --parquet</c>, read back by DuckDB.</summary>
public sealed partial class ParquetOutputTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;
    private readonly string parts;

    public ParquetOutputTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        parts = folder["parts"];
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_columns_have_types_and_only_those_without_nulls_are_required()
    {
        WritePhotos();
        Run(ExitCodes.SomeFailed, folder["p"], "--parquet", parts);

        Assert.Equal(
            [
                "path VARCHAR",
                "status VARCHAR",
                "isFaceCrop BOOLEAN",
                "imageWidth INTEGER",
                "imageHeight INTEGER",
                "faces INTEGER",
                "face INTEGER",
                .. Floats("boxX", "boxY", "boxWidth", "boxHeight", "roll", "detectionScore"),
                "label VARCHAR",
                "confidence FLOAT",
                "uncertain BOOLEAN",
                .. Floats([.. Expressions.Names]),
                "error VARCHAR",
                "model VARCHAR",
                "expression VARCHAR",
                "uncertainReason VARCHAR",
                .. Floats("size", "sharpness", "contrast"),
                "touchesEdge BOOLEAN",
                "yaw FLOAT",
            ],
            DuckDb.Texts("SELECT column_name || ' ' || column_type FROM (DESCRIBE SELECT * FROM '{}')", parts)
        );
        Assert.Equal(
            ["path", "status", "faces", "model"],
            DuckDb.Texts(
                "SELECT DISTINCT name FROM parquet_schema('{}') WHERE repetition_type = 'REQUIRED' AND "
                    + "num_children IS NULL ORDER BY CASE name WHEN 'path' THEN 0 WHEN 'status' THEN 1 "
                    + "WHEN 'faces' THEN 2 ELSE 3 END",
                parts
            )
        );

        static string[] Floats(params string[] names) => [.. names.Select(n => n + " FLOAT")];
    }

    [Fact]
    public void Photos_without_a_face_and_errors_are_rows_with_nulls()
    {
        WritePhotos();
        CliResult result = Run(ExitCodes.SomeFailed, folder["p"], "--parquet", parts);

        Assert.Empty(result.Out);
        Assert.Contains($"Written to {parts} (Parquet, 1 new part).", result.Error, StringComparison.Ordinal);
        Assert.Contains($"See 'error' in {parts} for the reason.", result.Error, StringComparison.Ordinal);
        List<object?[]> rows = DuckDb.Query(
            "SELECT split_part(path, '/', -1), status, isFaceCrop, imageWidth, faces, face, label, anger, uncertain, "
                + "split_part(error, ':', 1), uncertainReason, detectionScore IS NULL, touchesEdge, yaw IS NULL "
                + "FROM '{}' ORDER BY path, face",
            parts
        );
        Assert.Equal(6, rows.Count);
        Assert.Equal(
            ["crop.png", "ok", true, 48, 1, 1, "anger", rows[0][7], false, null, null, true, false, true],
            rows[0]
        );
        Assert.InRange((float)rows[0][7]!, 0.5f, 1f);
        Assert.Equal(
            ["empty.png", "noFace", false, 320, 0, null, null, null, null, null, null, true, null, true],
            rows[1]
        );
        Assert.Equal(
            ["error.png", "error", null, null, 0, null, null, null, null, "notAnImage", null, true, null, true],
            rows[2]
        );
        Assert.Equal([1, 2, 3], rows[3..].Select(r => r[5]));
        Check.All(rows[3..], r => Assert.Equal(("group.png", 3), (r[0], r[4])));
    }

    [Fact]
    public void Odd_names_are_read_as_they_are()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The names of the images are not allowed on Windows.");
        string[] names =
        [
            "=a,\"b\"'c'.png",
            "line\nbreak.png",
            "gr\u00f6\u00dfe.png",
            "gro\u0308\u00dfe.png",
            "😀.png",
        ];
        string[] paths =
        [
            .. names.Select(n => folder.WriteFace("p/" + n, Expression.Fear)).Order(StringComparer.Ordinal),
        ];
        Run(ExitCodes.Done, folder["p"], "--parquet", parts);

        Assert.Equal(paths.Distinct(), DuckDb.AssertOnce(parts));
    }

    [Fact]
    public void Parts_hold_the_given_number_of_photos_whatever_their_faces()
    {
        string photo = folder.Write("crowd.png", MadePhotos.Empty().EncodePng());
        string[] boxes = [.. Enumerable.Range(0, 40).SelectMany(i => (string[])["--box", $"{i},0,40,40"])];
        Run(ExitCodes.Done, [.. Enumerable.Repeat(photo, 5), "--parquet", parts, "--part-size", "2", .. boxes]);

        Assert.Equal(
            [
                "part-0000-of-0001-000000.parquet",
                "part-0000-of-0001-000001.parquet",
                "part-0000-of-0001-000002.parquet",
            ],
            Directory.GetFileSystemEntries(parts).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["80", "80", "40"],
            DuckDb.Texts(
                "SELECT count(*) FROM read_parquet('{}', filename = true) GROUP BY filename ORDER BY filename",
                parts
            )
        );
        Assert.Equal(["1"], DuckDb.Texts("SELECT DISTINCT row_group_id + 1 FROM parquet_metadata('{}')", parts));
        Assert.Equal(["40"], DuckDb.Texts("SELECT max(face) FROM '{}'", parts));
    }

    [Fact]
    public void The_metadata_name_the_schema_the_model_the_labels_and_the_shard()
    {
        WritePhotos();
        string two = BrightnessHeads.Write(folder["two.onnx"]);
        foreach (int i in (int[])[0, 1])
        {
            Cli.Run(
                "predict",
                folder["p"],
                "--model",
                two,
                "--parquet",
                parts,
                "--shard",
                $"{i}/2",
                "--head",
                "ferplus"
            );
        }

        string sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(two)));
        Assert.Equal(
            [
                "mien.head=ferplus",
                $"mien.labels=[{string.Join(',', Expressions.Names.Select(n => $"\"{n}\""))}]",
                "mien.model=heads",
                $"mien.modelSha256={sum}",
                "mien.schema=1",
                "mien.shard=0000-of-0002",
                "mien.shard=0001-of-0002",
            ],
            DuckDb.Texts(
                "SELECT DISTINCT decode(key) || '=' || decode(value) AS pair FROM parquet_kv_metadata('{}') "
                    + "WHERE decode(key) <> 'mien.version' ORDER BY pair",
                parts
            )
        );
        Assert.Equal(
            [null, "ferplus"],
            DuckDb.Texts("SELECT DISTINCT head FROM '{}' ORDER BY head NULLS FIRST", parts)
        );
    }

    [Fact]
    public void A_label_that_is_another_column_gets_a_column_of_its_own()
    {
        string[] labels = ["error", "Path", "a.b/c", "not sure, mixed", "pathScore"];
        string other = BrightnessModel.Write(folder["other.onnx"], "other", labels: labels);
        folder.WriteGray("p/dark.png", 0);
        folder.WriteGray("p/light.png", 255);
        CliResult result = Cli.Run("predict", folder["p"], "--model", other, "--parquet", parts);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        List<object?[]> rows = DuckDb.Query(
            "SELECT label, expression, errorScore, \"PathScore\", \"a.b/c\", \"not sure, mixed\", \"pathScoreScore\", "
                + "error FROM '{}' ORDER BY path",
            parts
        );
        Assert.Equal(["error", "pathScore"], rows.Select(r => r[0]));
        Assert.True((float)rows[0][2]! > 0.5f && (float)rows[1][6]! > 0.5f);
        Check.All(rows, r => Assert.Equal((null, null), (r[1], r[7])));
        Check.All(rows, r => Assert.Equal(1, r[2..7].Sum(s => (float)s!), 1e-4));
    }

    [Fact]
    public void Other_outputs_can_be_written_beside()
    {
        WritePhotos();
        CliResult file = Run(ExitCodes.SomeFailed, folder["p"], "--parquet", parts, "-o", folder["all.csv"]);
        CliResult lines = Run(ExitCodes.SomeFailed, folder["p"], "--parquet", folder["two"], "--jsonl");

        Assert.Contains("all.csv (CSV).", file.Error, StringComparison.Ordinal);
        Assert.Contains($"Written to {parts} (Parquet, 1 new part).", file.Error, StringComparison.Ordinal);
        Assert.Equal(7, File.ReadAllLines(folder["all.csv"]).Length);
        Assert.Equal(4, lines.Out.TrimEnd('\n').Split('\n').Length);
        Assert.Equal(4, DuckDb.AssertOnce(parts).Length);
        Assert.Equal(4, DuckDb.AssertOnce(folder["two"]).Length);
    }

    [Fact]
    public void Ctrl_C_writes_the_last_shorter_part()
    {
        for (int i = 0; i < 5; i++)
        {
            folder.WriteFace($"p/{i}.png", Expression.Anger);
        }

        using var stop = new CancellationTokenSource();
        string[] command =
        [
            "predict",
            folder["p"],
            "--model",
            model,
            "--parquet",
            parts,
            "--part-size",
            "2",
            "--threads",
            "1",
        ];
        CliResult result;
        using (new FullDisk(0, _ => Stop()))
        {
            result = Cli.Run(stop.Token, command);
        }

        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.Contains("Continue with the same command and --resume.", result.Error, StringComparison.Ordinal);
        string[] seen = DuckDb.AssertOnce(parts);
        Assert.InRange(seen.Length, 2, 5);
        Assert.Equal(ExitCodes.Done, Cli.Run([.. command, "--resume"]).Code);
        Assert.Equal(5, DuckDb.AssertOnce(parts).Length);
        Assert.Empty(Directory.GetFiles(parts, ".*"));

        bool Stop()
        {
            stop.Cancel(); // while the first part is written
            return false;
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(9000)]
    public void A_full_disk_leaves_whole_parts_only(int room)
    {
        for (int i = 0; i < 9; i++)
        {
            folder.WriteFace($"p/{i}.png", Expression.Anger);
        }

        string[] command = ["predict", folder["p"], "--model", model, "--parquet", parts, "--part-size", "3"];
        CliResult result;
        using (new FullDisk(room))
        {
            result = Cli.Run(command);
        }

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains("the disk is full, so the file cannot be written.", result.Error, StringComparison.Ordinal);
        Assert.Contains($"error: {parts}", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Written to", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Directory.GetFileSystemEntries(parts),
            f => !f.EndsWith(".parquet", StringComparison.Ordinal)
        );
        Assert.Equal(room > 5000, Directory.GetFiles(parts).Length > 0);

        Assert.Equal(ExitCodes.Done, Cli.Run([.. command, "--resume"]).Code);
        Assert.Equal(9, DuckDb.AssertOnce(parts).Length);
    }

    [Fact]
    public void The_queries_in_the_documentation_run()
    {
        WritePhotos();
        Run(ExitCodes.SomeFailed, folder["p"], "--parquet", parts);
        string page = File.ReadAllText(Repository.PathOf("docs/parquet.md"));

        Check.All(
            SqlBlocks.Matches(page).Select(m => m.Groups[1].Value),
            sql =>
                Assert.NotEmpty(DuckDb.Query(sql.Replace("results/*.parquet", "{}", StringComparison.Ordinal), parts))
        );
        Check.All(
            DuckDb.Texts("SELECT column_name FROM (DESCRIBE SELECT * FROM '{}')", parts).Except(Expressions.Names),
            column => Assert.Contains($"`{column}`", page, StringComparison.Ordinal)
        );
    }

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex SqlBlocks { get; }

    private void WritePhotos()
    {
        folder.WriteFace("p/crop.png", Expression.Anger);
        folder.Write("p/empty.png", MadePhotos.Empty().EncodePng());
        folder.Write("p/error.png", "no image");
        folder.Write("p/group.png", MadePhotos.Group().EncodePng());
    }

    private CliResult Run(int code, params string[] args)
    {
        CliResult result = Cli.Run(["predict", .. args, "--model", model]);
        Assert.True(result.Code == code, result.Error);
        return result;
    }
}
