using System.Text;

namespace Mien.Workers.Tests;

/// <summary>What is stored on the server.</summary>
public sealed class ModelTests
{
    [Fact]
    public void The_identifier_of_a_shard_depends_on_job_options_and_paths_and_never_changes()
    {
        JobDescription job = Scenario.Job;
        string[] paths = ["a.jpg", "b/ü.jpg"];
        var shard = ShardManifest.Create(job, paths, index: 3);

        Assert.True(ShardManifest.IsId(shard.Id));
        Assert.Equal(32, shard.Id.Length);
        Assert.Equal(shard.Id, ShardManifest.Create(job, paths).Id);
        Assert.Equal(shard.Id, ShardManifest.Create(job with { Photos = 9, State = JobState.Open }, paths).Id);
        string[] others =
        [
            ShardManifest.Create(job with { Name = "other" }, paths).Id,
            ShardManifest.Create(job with { ProgramVersion = "1.0.1" }, paths).Id,
            ShardManifest.Create(job with { ModelSha256 = new string('b', 64) }, paths).Id,
            ShardManifest.Create(job with { Options = ["--min-score", "0.50"] }, paths).Id,
            ShardManifest.Create(job with { Options = ["--min-score 0.5"] }, paths).Id,
            ShardManifest.Create(job, ["a.jpgb/ü.jpg"]).Id,
            ShardManifest.Create(job, ["b/ü.jpg", "a.jpg"]).Id,
        ];
        Assert.Equal(7, others.Append(shard.Id).Distinct().Count() - 1);

        // The bytes: name, version and model; options; paths; each list with its length and each text with its bytes.
        byte[] bytes =
        [
            .. Number(3),
            .. Text("archive"),
            .. Text("1.0.0"),
            .. Text(new string('a', 64)),
            .. Number(2),
            .. Text("--min-score"),
            .. Text("0.5"),
            .. Number(2),
            .. Text("a.jpg"),
            .. Text("b/ü.jpg"),
        ];
        byte[] hash = System.Security.Cryptography.SHA256.HashData(bytes);
        Assert.Equal(Convert.ToHexStringLower(hash)[..32], shard.Id);
    }

    [Fact]
    public void Manifests_jobs_and_records_come_back_as_they_were()
    {
        var shard = ShardManifest.Create(Scenario.Job, ["a.jpg", "ü/顔.jpg"], index: 7);
        ShardManifest read = ShardManifest.Parse(shard.ToJson())!;
        Assert.Equal((shard.Job, shard.Id, shard.Index), (read.Job, read.Id, read.Index));
        Assert.Equal(shard.Paths, read.Paths);
        Assert.True(read.IsOf(Scenario.Job));
        Assert.False(read.IsOf(Scenario.Job with { Options = [] }));

        JobDescription job = Scenario.Job with { Photos = 12, Shards = 3, State = JobState.Cancelled };
        JobDescription readJob = JobDescription.Parse(job.ToJson(), "archive")!;
        Assert.Equal(job with { Options = [] }, readJob with { Options = [] } with { Options = [] });
        Assert.Equal(job.Options, readJob.Options);

        ShardRecord record = ShardRecord.Queued(shard) with
        {
            State = ShardState.Split,
            Halves = ["x", "y"],
            Crashes = 2,
        };
        ShardRecord readRecord = ShardRecord.Parse(record.ToJson())!;
        Assert.Equal(
            (ShardState.Split, 7, 2L, 2),
            (readRecord.State, readRecord.Index, readRecord.Photos, readRecord.Crashes)
        );
        Assert.Equal(record.Halves, readRecord.Halves);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"job":"a","id":"0123456789abcdef0123456789abcdef"}""")]
    [InlineData("""{"job":"a","id":"0123456789abcdef0123456789abcdef","paths":null}""")]
    [InlineData("""{"job":"a","id":"0123456789abcdef0123456789abcdef","paths":[]}""")]
    [InlineData("""{"job":"a","id":"0123456789abcdef0123456789abcdef","paths":[null]}""")]
    [InlineData("""{"job":"a","id":"0123456789abcdef0123456789abcdef","paths":[""]}""")]
    [InlineData("""{"job":"a","id":"0123456789ABCDEF0123456789ABCDEF","paths":["x"]}""")]
    [InlineData("""{"job":"a","id":"../../etc/passwd","paths":["x"]}""")]
    [InlineData("""{"job":"a/b","id":"0123456789abcdef0123456789abcdef","paths":["x"]}""")]
    [InlineData("""{"job":"a","id":"0123456789abcdef0123456789abcdef","index":-1,"paths":["x"]}""")]
    [InlineData("""{"job":"a","id":"0123456789abcdef0123456789abcdef","paths":["x"]""")]
    public void What_is_no_manifest_is_none(string json) =>
        Assert.Null(ShardManifest.Parse(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("nonsense")]
    [InlineData("""{"name":"b","output":"","programVersion":"","modelSha256":""}""")]
    [InlineData("""{"name":"a","output":null,"programVersion":"","modelSha256":""}""")]
    [InlineData("""{"name":"a","output":"","programVersion":"","modelSha256":"","options":[null]}""")]
    [InlineData("""{"name":"a","output":"","programVersion":"","modelSha256":"","options":null}""")]
    [InlineData("""{"name":"a","output":"","programVersion":"","modelSha256":"","photos":-1}""")]
    [InlineData("""{"name":"a","output":"","programVersion":"","modelSha256":"","state":7}""")]
    public void What_is_no_job_of_its_name_is_none(string json)
    {
        Assert.Null(JobDescription.Parse(Encoding.UTF8.GetBytes(json), "a"));
        Assert.NotNull(
            JobDescription.Parse("""{"name":"a","output":"","programVersion":"","modelSha256":""}"""u8, "a")
        );
    }

    [Theory]
    [InlineData("null")]
    [InlineData("nonsense")]
    [InlineData("""{"state":"asleep"}""")]
    [InlineData("""{"state":9}""")]
    [InlineData("""{"file":"../part.parquet"}""")]
    [InlineData("""{"file":""}""")]
    [InlineData("""{"halves":[null]}""")]
    [InlineData("""{"photos":-1}""")]
    [InlineData("""{"crashes":-1}""")]
    public void What_is_no_record_is_none(string json)
    {
        Assert.Null(ShardRecord.Parse(Encoding.UTF8.GetBytes(json)));
        Assert.NotNull(ShardRecord.Parse("{}"u8));
    }

    [Fact]
    public void A_dead_letter_is_never_long()
    {
        var letter = new DeadLetter { Job = "a", Reason = new string('x', 100_000) };
        Assert.InRange(letter.ToJson().Length, 2000, 2500);
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(1000, 500, 500)]
    public void Halves_have_all_photos_once_and_identifiers_of_their_own(int photos, int first, int second)
    {
        string[] paths = [.. Enumerable.Range(0, photos).Select(i => $"{i}.jpg")];
        var shard = ShardManifest.Create(Scenario.Job, paths, index: 0);
        (ShardManifest a, ShardManifest b) = shard.Halve(Scenario.Job);

        Assert.Equal((first, second), (a.Paths.Count, b.Paths.Count));
        Assert.Equal(paths, a.Paths.Concat(b.Paths));
        Assert.Equal(3, new[] { shard.Id, a.Id, b.Id }.Distinct().Count());
        Assert.Null(a.Index ?? b.Index);
        Assert.True(a.IsOf(Scenario.Job) && b.IsOf(Scenario.Job));
    }

    private static byte[] Number(int value) => BitConverter.GetBytes(value);

    private static byte[] Text(string text) =>
        [.. Number(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];
}
