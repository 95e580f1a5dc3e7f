using System.Text.Json;
using Mien.CommandLine;

namespace Mien.Cli.Tests;

/// <summary>Jobs that nothing disturbs.</summary>
public sealed class WholeJobTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Two_workers_write_the_rows_that_predict_writes()
    {
        place.WriteFaces(12);
        place.Folder.Write("p/empty ü.png", MadePhotos.Empty().EncodePng());
        place.Folder.Write("p/s/error.png", "no image");
        place.Folder.Write("p/s/group.png", MadePhotos.Group().EncodePng());
        string[] options = ["--min-score", "0.4", "--uncertain-below", "0.9"];
        CliResult enqueued = place.Enqueue(["--shard-size", "4", .. options]);
        Assert.Equal("Job job: 15 photos in 4 shards, 4 of them new.\n", enqueued.Out);

        // One photo at a time, so that the other worker gets something too.
        WorkerProcess[] workers =
        [
            .. Enumerable.Range(0, 2).Select(_ => place.Start(place.WorkArgs("--until-empty", "--threads", "1"))),
        ];
        CliResult[] ends = [.. workers.Select(w => w.Wait())];
        Check.All(ends, e => Assert.True(e.Code == ExitCodes.Done, e.Error));
        place.AssertOnce(15);

        string predicted = place.Folder["predicted"];
        Cli.Run(["predict", place.Photos, "--model", place.Model, "--parquet", predicted, .. options]);
        Assert.Equal(Rows(predicted), Rows(place.Results));

        // Only what counts is there: four parts and the list that names them.
        string[] files = [.. place.Jobs("files", Workplace.Job).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(4, files.Length);
        Assert.Equal(
            files.Append("out/mien-job-job.json").Order(StringComparer.Ordinal),
            Directory
                .GetFileSystemEntries(place.Results)
                .Select(f => "out/" + Path.GetFileName(f))
                .Order(StringComparer.Ordinal)
        );
        JsonElement list = JsonDocument.Parse(place.Jobs("files", Workplace.Job, "--json").Out).RootElement;
        Assert.Equal(
            (true, 15, 4),
            (
                list.GetProperty("isComplete").GetBoolean(),
                list.GetProperty("photos").GetInt32(),
                list.GetProperty("files").GetArrayLength()
            )
        );
    }

    [Fact]
    public void What_is_done_is_not_done_again()
    {
        place.WriteFaces(5);
        place.Enqueue("--shard-size", "2");
        place.Work();
        byte[][] before = [.. Parts().Select(File.ReadAllBytes)];
        DateTime[] times = [.. Parts().Select(File.GetLastWriteTimeUtc)];

        Assert.Equal("Job job: 5 photos in 3 shards, 0 of them new.\n", place.Enqueue("--shard-size", "2").Out);
        Assert.Contains("0 shards: 0 photos", place.Work().Error, StringComparison.Ordinal);
        Assert.Equal(before, Parts().Select(File.ReadAllBytes));
        Assert.Equal(times, Parts().Select(File.GetLastWriteTimeUtc));
        place.AssertOnce(5);
    }

    [Fact]
    public void Jobs_shows_what_waits_and_what_is_done()
    {
        Assert.Equal("There are no jobs. 'mien enqueue' makes one.\n", place.Jobs().Out);
        place.WriteFaces(3);
        place.Folder.Write("p/error.png", "no image");
        place.Enqueue("--shard-size", "2");
        JsonElement waiting = place.Status();
        Assert.Equal(("waiting", 4, 0, 2), Counts(waiting));
        Assert.Equal("out", waiting.GetProperty("output").GetString());
        CliResult files = place.Jobs("files", Workplace.Job);
        Assert.Empty(files.Out);
        Assert.Contains("4 queued photos have no result yet.", files.Error, StringComparison.Ordinal);

        place.Work();
        JsonElement done = place.Status();
        Assert.Equal(("done", 4, 4, 0), Counts(done));
        Assert.Equal(1, done.GetProperty("errors").GetInt32());
        Assert.Contains("4 of 4", place.Jobs().Out, StringComparison.Ordinal);

        CliResult none = Cli.Run("jobs", "list", "none", "--nats", place.Server.Url);
        Assert.Equal(ExitCodes.Usage, none.Code);
        Assert.Contains("There is no job 'none'", none.Error, StringComparison.Ordinal);

        static (string?, int, int, int) Counts(JsonElement job) =>
            (
                job.GetProperty("state").GetString(),
                job.GetProperty("photos").GetInt32(),
                job.GetProperty("donePhotos").GetInt32(),
                job.GetProperty("waitingShards").GetInt32()
            );
    }

    [Fact]
    public void A_cancelled_job_is_not_begun_and_its_name_is_free_when_it_is_deleted()
    {
        place.WriteFaces(2);
        place.Enqueue();
        CliResult active = place.TryJobs("delete", Workplace.Job);
        Assert.Equal(ExitCodes.Usage, active.Code);
        Assert.Contains("mien jobs cancel", active.Error, StringComparison.Ordinal);

        place.Jobs("cancel", Workplace.Job);
        CliResult worked = place.Work();
        Assert.Equal(ExitCodes.Done, worked.Code);
        Assert.Equal("cancelled", place.Status().GetProperty("state").GetString());
        Assert.False(Directory.Exists(place.Results));
        CliResult again = Cli.Run(place.EnqueueArgs());
        Assert.Equal(ExitCodes.Usage, again.Code);
        Assert.Contains("was cancelled", again.Error, StringComparison.Ordinal);

        Assert.Equal(
            "The job job is deleted on the server. Its result files stay.\n",
            place.Jobs("delete", Workplace.Job).Out
        );
        Assert.Equal("There are no jobs. 'mien enqueue' makes one.\n", place.Jobs().Out);
        Assert.Equal(ExitCodes.Usage, place.TryJobs("delete", Workplace.Job).Code);
        place.Enqueue();
        Assert.Equal(ExitCodes.Done, place.Work().Code);
        place.AssertOnce(2);

        // The results of a complete job stay, and merge needs no server for them.
        JsonElement deleted = JsonDocument.Parse(place.Jobs("delete", Workplace.Job, "--json").Out).RootElement;
        Assert.Equal(1, deleted.GetProperty("deleted").GetInt32());
        Assert.Equal(ExitCodes.Done, Cli.Run("merge", place.Results, "--photos", place.Photos).Code);
    }

    [Fact]
    public void A_photo_that_is_named_twice_is_enqueued_once()
    {
        place.WriteFaces(3);
        string list = place.Folder.Write("p/list.txt", "0000.png\n./0000.png\n0002.png\n");
        string[] args = place.EnqueueArgs("--root", place.Photos);
        CliResult enqueued = Cli.Run([args[0], "@" + list, .. args[1..]]);

        Assert.True(enqueued.Code == ExitCodes.Done, enqueued.Error);
        Assert.Equal("Job job: 3 photos in 1 shard, 1 of them new.\n", enqueued.Out);
        Assert.Contains("note: 3 entries name a photo again", enqueued.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, place.Work().Code);
        place.AssertOnce(3);
    }

    private string[] Parts() => [.. Directory.GetFiles(place.Results, "*.parquet").Order(StringComparer.Ordinal)];

    /// <summary>All rows, with the paths below the root.</summary>
    private List<string> Rows(string folder) =>
        [
            .. DuckDb
                .Query("SELECT * FROM '{}' ORDER BY path, face", folder)
                .Select(r =>
                    string.Join('|', r.Select(v => v?.ToString()))
                        .Replace(place.Photos + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
                ),
        ];
}
