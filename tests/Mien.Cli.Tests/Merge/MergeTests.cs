using System.Globalization;
using System.Text;
using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary><c>mien merge</c> on what <c>mien predict</c> has written.</summary>
public sealed class MergeTests : IDisposable
{
    private const int Count = 12;

    private readonly TempFolder folder = new();
    private readonly string model;
    private readonly string photos;
    private readonly string parts;

    public MergeTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        photos = folder["p"];
        parts = folder["parts"];
        folder.WriteFace("p/=a, \"b\".png", Expression.Anger);
        folder.Write("p/empty.png", MadePhotos.Empty().EncodePng());
        folder.Write("p/error.png", "no image");
        folder.Write("p/group.png", MadePhotos.Group().EncodePng());
        for (int i = 4; i < Count; i++)
        {
            folder.WriteFace(string.Create(CultureInfo.InvariantCulture, $"p/s/{i}.png"), Expression.Fear);
        }
    }

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Forms { get; } = ["parquet", "csv", "jsonl"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Complete_results_of_all_shards_become_one_file(string form)
    {
        PredictShards(form, 0, 1, 2);
        string file = folder["all." + form];
        CliResult result = Merge("--photos", photos, "-o", file);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Equal($"3 parts: 12 photos, 12 results, 0 missing, 0 double.\nWritten to {file}.\n", result.Out);
        Assert.Contains("note: 1 result is an error. Predict with --resume tries it again.", result.Error);
        Assert.Equal(Paths(photos), PathsIn(file));
    }

    [Fact]
    public void Parquet_parts_become_the_CSV_file_that_predict_writes()
    {
        string two = BrightnessHeads.Write(folder["two.onnx"]);
        foreach (string with in (string[])[model, two])
        {
            foreach (string safe in (string[])["", "--csv-safe"])
            {
                string[] more = safe.Length == 0 ? [] : [safe];
                string into = folder[Guid.NewGuid().ToString("N")];
                string csv = Cli.Run(["predict", photos, "--model", with, "--csv", .. more]).Out;
                Cli.Run("predict", photos, "--model", with, "--parquet", into, "--part-size", "5");
                CliResult result = Cli.Run(["merge", into, "-o", folder["out.csv"], .. more]);

                Assert.True(result.Code == ExitCodes.Done, result.Error);
                Assert.Equal(csv, File.ReadAllText(folder["out.csv"]));
            }
        }
    }

    [Fact]
    public void A_merged_Parquet_file_has_the_same_rows_and_no_shard()
    {
        PredictShards("parquet", 0, 1, 2);
        Directory.CreateDirectory(folder["one"]);
        CliResult result = Merge("-o", folder["one/all.parquet"]);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains("note: missing photos were not looked for.", result.Error, StringComparison.Ordinal);
        const string Rows = "SELECT * FROM '{}' ORDER BY path, face";
        Assert.Equal(DuckDb.Query(Rows, parts), DuckDb.Query(Rows, folder["one"]));
        Assert.Equal(
            ["mien.labels", "mien.model", "mien.modelSha256", "mien.schema", "mien.version"],
            DuckDb.Texts("SELECT decode(key) FROM parquet_kv_metadata('{}') ORDER BY 1", folder["one"])
        );

        // It is a part for another merge.
        Assert.Equal(ExitCodes.Done, Cli.Run("merge", folder["one"], "--photos", photos).Code);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Missing_photos_are_named_with_their_shards_and_no_file_is_written(string form)
    {
        PredictShards(form, 0, 1, 2);
        string missing = folder.WriteFace("p/later.png", Expression.Anger);
        Shard shard = new(Shard.Of("later.png", 3), 3);
        CliResult result = Merge("--photos", photos, "-o", folder["all." + form]);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"no result: {missing} (shard {shard})\n", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            $"Shards with missing photos: {shard} (1 photo). Run them again with --resume.\n",
            result.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("was not written, because the results are not complete.", result.Error);
        Assert.Equal("3 parts: 13 photos, 12 results, 1 missing, 0 double.\n", result.Out);
        Assert.False(File.Exists(folder["all." + form]));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Shards_without_a_part_are_named_even_without_the_photos(string form)
    {
        PredictShards(form, 0, 2);
        CliResult alone = Merge();
        CliResult with = Merge("--photos", photos);

        Assert.Equal((ExitCodes.SomeFailed, ExitCodes.SomeFailed), (alone.Code, with.Code));
        Assert.Contains("Shards without a part: 1/3. Run them.\n", alone.Error, StringComparison.Ordinal);
        Assert.Contains("Shards with missing photos: 1/3 (", with.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("(shard 0/3)", with.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Photos_with_two_results_are_named_with_the_parts(string form)
    {
        PredictShards(form, 0, 1, 2);
        string[] files = [.. Directory.GetFiles(parts).Order(StringComparer.Ordinal)];
        string copy = files[1].Replace("0001-of", "0007-of", StringComparison.Ordinal).Replace("0003", "0100");
        File.Copy(files[1], copy);
        string[] twice = PathsIn(files[1]);
        CliResult result = Merge("--photos", photos);

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.NotEmpty(twice);
        Check.All(
            twice,
            p =>
                Assert.Contains(
                    $"two results: {p} (in {Path.GetFileName(files[1])} and {Path.GetFileName(copy)})\n",
                    result.Error,
                    StringComparison.Ordinal
                )
        );
        Assert.Contains($" 0 missing, {twice.Length} double.", result.Out, StringComparison.Ordinal);
        Assert.Contains("Delete the parts of one of them.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_everything()
    {
        PredictShards("csv", 0, 1);
        string first = folder["parts/0000-of-0003.csv"];
        string path = PathsIn(first).First(p => !p.Contains('"', StringComparison.Ordinal));
        File.AppendAllLines(folder["parts/0001-of-0003.csv"], File.ReadLines(first).Where(l => l.Contains(path)));
        JsonElement json = JsonDocument.Parse(Merge("--photos", photos, "--json").Out).RootElement;
        JsonElement counts = json.GetProperty("counts");

        Assert.False(json.GetProperty("isComplete").GetBoolean());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("output").ValueKind);
        Assert.Equal(["2/3"], json.GetProperty("shardsWithoutParts").EnumerateArray().Select(s => s.GetString()));
        Assert.Empty(json.GetProperty("incompleteParts").EnumerateArray());
        JsonElement[] findings = [.. json.GetProperty("findings").EnumerateArray()];
        JsonElement[] missing = [.. findings.Where(f => f.GetProperty("kind").GetString() == "missing")];
        Assert.Equal(counts.GetProperty("missing").GetInt32(), missing.Length);
        Check.All(missing, m => Assert.Equal("2/3", m.GetProperty("shard").GetString()));
        JsonElement twice = Assert.Single(findings, f => f.GetProperty("kind").GetString() == "double");
        Assert.Equal(path, twice.GetProperty("path").GetString());
        Assert.Equal(2, twice.GetProperty("parts").GetArrayLength());
        Assert.Equal(Count, counts.GetProperty("photos").GetInt32());
        Assert.Equal(Count + 1 - missing.Length, counts.GetProperty("results").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Results_match_a_folder_at_another_place_and_a_list(string form)
    {
        PredictShards(form, 0, 1, 2);
        Directory.Move(photos, folder["moved"]);
        string list = folder.Write(
            "moved/list.txt",
            string.Join("\r\n", Paths(folder["moved"]).Select(p => Path.GetRelativePath(folder["moved"], p)))
        );
        CliResult moved = Merge("--photos", folder["moved"]);
        CliResult root = Merge("--photos", folder["moved"], "--root", photos);
        CliResult names = Merge("--photos", "@" + list);
        CliResult wrong = Merge("--photos", folder["moved"], "--root", folder["else"]);
        folder.WriteFace("others/x.png", Expression.Fear);
        CliResult others = Merge("--photos", folder["others"]);

        Check.All((CliResult[])[moved, root, names], r => Assert.True(r.Code == ExitCodes.Done, r.Error));
        Assert.Contains(
            $"note: the results have {photos}{Path.DirectorySeparatorChar} where the photos are in {folder["moved"]}",
            moved.Error,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("note: the results have", root.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.SomeFailed, wrong.Code);
        Assert.Contains(" 12 missing, 0 double.", wrong.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, others.Code);
        Assert.Contains("none of the first 12 results is of a photo in", others.Error, StringComparison.Ordinal);
        Assert.Contains("--root the folder as it was given to mien predict.", others.Error);
    }

    [Fact]
    public void Results_of_other_photos_are_noted()
    {
        PredictShards("csv", 0, 1, 2);
        File.Delete(folder["p/s/4.png"]);
        CliResult result = Merge("--photos", photos);

        Assert.Equal(ExitCodes.Done, result.Code);
        Assert.Contains($"result of another photo: {folder["p/s/4.png"]}\n", result.Error, StringComparison.Ordinal);
        Assert.Contains("note: 1 result is of a photo that --photos does not give.", result.Error);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public void A_part_with_an_incomplete_result_at_its_end_is_named(string form)
    {
        PredictShards(form, 0, 1, 2);
        string file = Directory.GetFiles(parts).Order(StringComparer.Ordinal).Last();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^5]);
        CliResult result = Merge();

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains(
            $"Parts that end with an incomplete result: {Path.GetFileName(file)}. Run their shards again with --resume",
            result.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Safe_CSV_is_matched_and_copied()
    {
        Directory.CreateDirectory(parts);
        string csv = Cli.Run("predict", photos, "--model", model, "--csv", "--csv-safe").Out;
        File.WriteAllText(folder["parts/a.csv"], csv.Replace(photos + "/", "'=p/", StringComparison.Ordinal));
        CliResult result = Merge("--photos", photos, "-o", folder["all.csv"]);

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Contains("note: the results have =p/ where", result.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(folder["parts/a.csv"]), File.ReadAllText(folder["all.csv"]));
    }

    [Fact]
    public void What_cannot_be_merged_is_refused()
    {
        PredictShards("csv", 0, 1, 2);
        Directory.CreateDirectory(folder["empty"]);
        folder.WriteFace("p2/a.png", Expression.Anger);
        string other = BrightnessModel.Write(folder["other.onnx"], "other");
        Cli.Run("predict", photos, "--model", model, "-o", folder["mixed/a.csv"]);
        Cli.Run("predict", photos, "--model", model, "-o", folder["mixed/b.jsonl"]);
        Cli.Run("predict", photos, "--model", model, "-o", folder["models/a.jsonl"]);
        Cli.Run("predict", photos, "--model", other, "-o", folder["models/b.jsonl"]);
        Cli.Run("predict", photos, "--model", model, "--parquet", folder["columns"], "--shard", "0/2");
        Cli.Run("predict", photos, "--model", other, "--parquet", folder["columns2"], "--shard", "1/2");
        File.Move(Directory.GetFiles(folder["columns2"])[0], folder["columns/part-0001-of-0002-000000.parquet"]);
        folder.Write("foreign/a.csv", "a,b\n1,2\n");
        folder.Write("torn/part-0000-of-0001-000000.parquet", "PAR1 and nothing else");
        (string Message, string[] Args)[] cases =
        [
            ("there is no such folder", [folder["none"]]),
            ("there are no parts in this folder, expected files with the extension .parquet, .csv", [folder["empty"]]),
            ("a.csv and b.jsonl are parts of different forms", [folder["mixed"]]),
            ("it was written with the model 'other', but others with 'brightness'. Move", [folder["models"]]),
            ("it was written with the model 'other', but part-0000-of-0002-000000.parquet with", [folder["columns"]]),
            ("its columns are not those of mien predict --csv", [folder["foreign"]]),
            ("it is damaged or no Parquet file (", [folder["torn"]]),
            (
                "has the extension '.jsonl', but these parts (.csv) can be merged to .csv.",
                [parts, "-o", folder["a.jsonl"]]
            ),
            ("is in the folder of the parts, and would be a part itself", [parts, "-o", folder["parts/all.csv"]]),
            ("--root is what the paths in the results begin with: it needs --photos.", [parts, "--root", "x"]),
            ("--photos: there is no folder", [parts, "--photos", folder["none"]]),
            ("there is no list of photos", [parts, "--photos", "@" + folder["none"]]),
        ];
        Check.All(
            cases,
            c =>
            {
                CliResult result = Cli.Run(["merge", .. c.Args]);
                Assert.True(result.Code == ExitCodes.Usage, $"{c.Message}: {result.Code} {result.Error}{result.Out}");
                Assert.Contains(c.Message, result.Error, StringComparison.Ordinal);
            }
        );
    }

    [Fact]
    public void A_full_disk_leaves_the_former_file()
    {
        PredictShards("parquet", 0, 1, 2);
        string file = folder.Write("all.csv", "former");
        CliResult result;
        using (new FullDisk(1000))
        {
            result = Merge("-o", file);
        }

        Assert.Equal(ExitCodes.SomeFailed, result.Code);
        Assert.Contains($"error: {file}: the disk is full", result.Error, StringComparison.Ordinal);
        Assert.Equal("former", File.ReadAllText(file));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    [Fact]
    public void It_stops_when_it_is_interrupted()
    {
        PredictShards("csv", 0, 1, 2);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        CliResult result = Cli.Run(stop.Token, "merge", parts, "-o", folder["all.csv"]);

        Assert.Equal(ExitCodes.Interrupted, result.Code);
        Assert.False(File.Exists(folder["all.csv"]));
    }

    [Fact]
    public void A_hundred_thousand_results_are_checked_and_written()
    {
        const int Many = 100_000;
        var list = new StringBuilder();
        var row = new StringBuilder();
        string[] csv = Cli.Run("predict", folder["p/s"], "--model", model, "--csv").Out.Split('\n');
        Directory.CreateDirectory(parts);
        for (int part = 0; part < 10; part++)
        {
            row.Clear().Append(csv[0]).Append('\n');
            for (int i = part; i < Many; i += 10)
            {
                string name = string.Create(CultureInfo.InvariantCulture, $"{i % 97}/{i}.jpg");
                list.Append(name).Append('\n');
                row.Append(csv[1].Replace(folder["p/s/10.png"], "/data/" + name, StringComparison.Ordinal))
                    .Append('\n');
            }

            folder.Write(string.Create(CultureInfo.InvariantCulture, $"parts/{part}.csv"), row.ToString());
        }

        string names = folder.Write("list.txt", list.ToString());
        CliResult whole = Merge("--photos", "@" + names, "-o", folder["all.csv"]);

        Assert.True(whole.Code == ExitCodes.Done, whole.Error);
        Assert.Contains("10 parts: 100,000 photos, 100,000 results, 0 missing, 0 double.", whole.Out);
        Assert.Contains("note: the results have /data/ where", whole.Error, StringComparison.Ordinal);
        Assert.Equal(Many + 1, File.ReadLines(folder["all.csv"]).Count());
    }

    private static string[] Paths(string folder) =>
        [.. Directory.GetFiles(folder, "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>The paths of the photos in a file, each as often as it has results.</summary>
    private static string[] PathsIn(string file)
    {
        string read = Path.GetExtension(file) switch
        {
            ".csv" => $"read_csv('{file}', header = true, all_varchar = true)",
            ".jsonl" => $"read_json('{file}', format = 'newline_delimited')",
            _ => $"'{file}'",
        };
        string where = file.EndsWith(".jsonl", StringComparison.Ordinal) ? "" : "WHERE coalesce(face::INT, 1) = 1";
        return [.. DuckDb.Texts($"SELECT path FROM {read} {where}", "").Order(StringComparer.Ordinal)!];
    }

    private void PredictShards(string form, params int[] shards)
    {
        foreach (int i in shards)
        {
            string[] output = form == "parquet" ? ["--parquet", parts] : ["-o", Path.Combine(parts, "{shard}." + form)];
            CliResult result = Cli.Run(["predict", photos, "--model", model, "--shard", $"{i}/3", .. output]);
            Assert.True(result.Code is ExitCodes.Done or ExitCodes.SomeFailed, result.Error);
        }
    }

    private CliResult Merge(params string[] args) => Cli.Run(["merge", parts, .. args]);
}
