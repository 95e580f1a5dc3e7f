using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Video;

namespace Mien.Cli.Tests;

/// <summary>The rows of <c>mien video</c>.</summary>
public sealed class VideoRowTests : VideoTestCase
{
    private static readonly string[] Columns =
    [
        .. "path,frame,time,status,cut,imageWidth,imageHeight,faces,face,track,boxX,boxY,boxWidth,boxHeight,roll".Split(
            ','
        ),
        .. "detectionScore,label,confidence,uncertain".Split(','),
        .. Expressions.Names,
        .. "smoothedLabel,smoothedConfidence,smoothedUncertain".Split(','),
        .. "smoothedAnger,smoothedDisgust,smoothedFear,smoothedHappiness,smoothedSadness".Split(','),
        .. "smoothedSurprise,smoothedNeutral,expression,uncertainReason".Split(','),
        .. "size,sharpness,contrast,touchesEdge,yaw,model".Split(','),
    ];

    [Fact]
    public void Csv_has_one_row_per_frame_and_face_in_the_documented_columns()
    {
        CliResult result = Run(MadeVideo.Of(20), Clip, "--csv", "--every-frame");

        Assert.True(result.Code == ExitCodes.Done, result.Error);
        Assert.Equal(string.Join(',', Columns), result.Out.Split('\n')[0]);
        List<Dictionary<string, string>> rows = Csv(result.Out);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), rows.Select(r => r["frame"]).Distinct());
        Check.All(rows, r => Assert.Equal(Clip, r["path"]));
        Check.All(
            rows,
            r =>
                Assert.Equal(
                    (int.Parse(r["frame"], CultureInfo.InvariantCulture) / 10.0).ToString(
                        "F6",
                        CultureInfo.InvariantCulture
                    ),
                    r["time"]
                )
        );
        Dictionary<string, string>[] without = [.. rows.Where(r => r["status"] == "noFace")];
        Assert.Equal(["7", "17"], without.Select(r => r["frame"]));
        Check.All(
            without,
            r =>
            {
                Assert.Equal(
                    ("0", "", "", "", "brightness"),
                    (r["faces"], r["face"], r["track"], r["yaw"], r["model"])
                );
                Check.All(Columns[8..^1], c => Assert.Equal("", r[c]));
            }
        );
        Check.All(rows.Where(r => r["status"] == "ok"), r => Assert.NotEqual("", r["smoothedLabel"]));
        Assert.Equal(["1", "2"], rows.Where(r => r["frame"] == "10").Select(r => r["face"]));
        Assert.Equal(["1", "2"], rows.Select(r => r["track"]).Where(t => t.Length > 0).Distinct());
    }

    [Fact]
    public void Json_lines_hold_the_same_values_as_csv()
    {
        MadeVideo video = MadeVideo.Of(12);
        List<Dictionary<string, string>> rows = Csv(Run(video, Clip, "--csv", "--every-frame", "--derived").Out);
        CliResult result = Run(video, Clip, "--jsonl", "--every-frame", "--derived");
        List<JsonElement> lines = Json(result.Out);

        Assert.Equal(rows.Count, lines.Count);
        Assert.Contains("\"time\":1.000000,", result.Out, StringComparison.Ordinal);
        Check.All(
            rows.Zip(lines),
            pair =>
            {
                (Dictionary<string, string> row, JsonElement line) = pair;
                foreach (string name in (string[])["path", "status", "model"])
                {
                    Assert.Equal(row[name], line.GetProperty(name).GetString());
                }

                foreach (string name in (string[])["frame", "time", "imageWidth", "imageHeight", "faces"])
                {
                    Assert.Equal(row[name], line.GetProperty(name).GetRawText());
                }

                Assert.Equal(row["cut"], line.GetProperty("cut").GetRawText());
                if (row["status"] == "noFace")
                {
                    Assert.False(line.TryGetProperty("face", out _));
                    return;
                }

                foreach (
                    string name in (string[])
                        [
                            "face",
                            "track",
                            "roll",
                            "detectionScore",
                            "confidence",
                            "uncertain",
                            "smoothedConfidence",
                            "smoothedUncertain",
                            "valence",
                            "intensity",
                        ]
                )
                {
                    Assert.Equal(row[name], line.GetProperty(name).GetRawText(), ignoreCase: true);
                }

                Assert.Equal(row["label"], line.GetProperty("label").GetString());
                Assert.Equal(row["smoothedLabel"], line.GetProperty("smoothedLabel").GetString());
                Assert.Equal(row["boxX"], line.GetProperty("box").GetProperty("x").GetRawText());
                Assert.Equal(row["yaw"], line.GetProperty("quality").GetProperty("yaw").GetRawText());
                Assert.Equal(row["fear"], line.GetProperty("scores").GetProperty("fear").GetRawText());
                Assert.Equal(row["smoothedFear"], line.GetProperty("smoothedScores").GetProperty("fear").GetRawText());
            }
        );
    }

    [Fact]
    public void Frames_are_sampled_by_time_and_start_and_end_keep_numbers_and_times()
    {
        MadeVideo video = MadeVideo.Of(30) with { Start = TimeSpan.FromSeconds(1.4) };
        string[] all = Frames(Run(video, Clip, "--csv").Out);
        string[] part = Frames(Run(video, Clip, "--csv", "--start", "2", "--end", "0:03.1").Out);

        Assert.Equal("0 1.400000", all[0]);
        Assert.Equal(15, all.Length);
        Assert.Equal(all.Where(f => f.Split(' ')[1].CompareTo("2.0", StringComparison.Ordinal) >= 0).Take(6), part);
    }

    [Fact]
    public void Rows_written_to_a_file_are_those_on_standard_output()
    {
        MadeVideo video = MadeVideo.Of(10);
        string file = Folder["rows.csv"],
            lines = Folder["rows.ndjson"];
        CliResult shown = Run(video, Clip, "--csv");
        CliResult written = Run(video, Clip, "-o", file);

        Assert.Equal(shown.Out, File.ReadAllText(file));
        Assert.Equal("", written.Out);
        Assert.Contains($"Written to {file}.", written.Error, StringComparison.Ordinal);
        Run(video, Clip, "-o", lines);
        Assert.Equal(Run(video, Clip, "--jsonl").Out, File.ReadAllText(lines));
        Assert.Equal(
            [Clip, Folder["m.onnx"], file, lines],
            Directory.GetFiles(Folder.Path).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Csv_safe_escapes_texts_and_no_numbers()
    {
        string[] command = ["--camera", "=camera", "--csv"];
        Assert.Equal("=camera", Csv(Run(MadeVideo.Of(2), command).Out)[0]["path"]);
        Dictionary<string, string> row = Csv(Run(MadeVideo.Of(2), [.. command, "--csv-safe"]).Out)[0];

        Assert.Equal("'=camera", row["path"]);
        Assert.DoesNotContain("'", row["boxX"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_smoothing_of_zero_gives_the_raw_probabilities()
    {
        Check.All(
            Csv(Run(MadeVideo.Of(8), Clip, "--csv", "--smoothing", "0").Out).Where(r => r["status"] == "ok"),
            r => Assert.Equal(r["happiness"], r["smoothedHappiness"])
        );
    }

    [Fact]
    public void Times_have_six_decimals()
    {
        Assert.Equal("0.033333", VideoRowFormat.Seconds(TimeSpan.FromTicks(333_333)));
        Assert.Equal("3600.040000", VideoRowFormat.Seconds(TimeSpan.FromSeconds(3600.04)));
        Assert.Equal("-0.021333", VideoRowFormat.Seconds(TimeSpan.FromTicks(-213_333)));
        Assert.Equal("noFace", FrameStatus.NoFace.Name());
    }

    private static string[] Frames(string csv) => [.. Csv(csv).Select(r => $"{r["frame"]} {r["time"]}").Distinct()];
}
