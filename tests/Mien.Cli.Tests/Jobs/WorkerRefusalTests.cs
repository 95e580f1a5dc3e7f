using System.Text;
using Mien.CommandLine;
using Mien.Workers;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;

namespace Mien.Cli.Tests;

/// <summary>What workers refuse, and what they do not do although a job says so.</summary>
public sealed class WorkerRefusalTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task Photos_outside_of_the_root_are_errors_and_are_not_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows allows links to administrators only.");
        place.WriteFaces(1);
        string secret = place.Folder.WriteFace("secret/face.png", Expression.Anger);
        place.Folder.WriteFace("p/inside/face.png", Expression.Fear);
        File.CreateSymbolicLink(place.Folder["p/leak.png"], secret);
        File.CreateSymbolicLink(place.Folder["p/loop.png"], place.Folder["p/loop.png"]);
        Directory.CreateSymbolicLink(place.Folder["p/out"], place.Folder["secret"]);
        Directory.CreateSymbolicLink(place.Folder["p/in"], place.Folder["p/inside"]);
        place.Folder.MakePipe("p/pipe.png");
        string[] paths =
        [
            "0000.png",
            "in/face.png",
            secret,
            "../secret/face.png",
            "inside/../../secret/face.png",
            "out/face.png",
            "leak.png",
            "loop.png",
            "/etc/hostname",
            "pipe.png",
        ];
        await EnqueueAsync(JobOf(), paths);
        CliResult worked = place.Work();

        Assert.True(worked.Code == ExitCodes.Done, worked.Error);
        string[] expected =
        [
            "../secret/face.png outsideRoot",
            "/etc/hostname outsideRoot",
            "0000.png ",
            "in/face.png ",
            "inside/../../secret/face.png outsideRoot",
            "leak.png outsideRoot",
            "loop.png outsideRoot",
            "out/face.png outsideRoot",
            "pipe.png notAFile",
            secret + " outsideRoot",
        ];
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            DuckDb
                .Texts("SELECT path || ' ' || coalesce(split_part(error, ':', 1), '') FROM '{}'", place.Results)
                .Order(StringComparer.Ordinal)
        );
        Assert.DoesNotContain(
            DuckDb.Texts("SELECT error FROM '{}' WHERE error LIKE '%notAFile%'", place.Results),
            e => e!.Contains(place.Photos, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("{}/elsewhere")] // a full path; {} is the folder of the test
    [InlineData("link")]
    [InlineData("link/below")]
    public async Task A_job_whose_output_is_outside_of_the_output_root_is_refused(string output)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows allows links to administrators only.");
        place.WriteFaces(1);
        output = output.Replace("{}", place.Folder.Path, StringComparison.Ordinal);
        Directory.CreateDirectory(place.Folder["elsewhere"]);
        Directory.CreateSymbolicLink(Path.Combine(place.Outputs, "link"), place.Folder["elsewhere"]);
        await EnqueueAsync(JobOf() with { Output = output }, "0000.png");
        CliResult worked = place.Work();

        AssertRefused(worked, $"its output folder '{output}' is not in ");
        Assert.Empty(Directory.GetFileSystemEntries(place.Folder["elsewhere"]));
    }

    [Fact]
    public async Task A_full_path_in_the_output_root_is_accepted()
    {
        place.WriteFaces(1);
        await EnqueueAsync(JobOf() with { Output = Path.Combine(place.Outputs, "out") }, "0000.png");
        Assert.Equal(ExitCodes.Done, place.Work().Code);
        Assert.Single(DuckDb.AssertOnce(place.Results));
    }

    [Fact]
    public async Task A_job_of_another_version_or_model_or_with_invalid_options_is_refused_and_others_go_on()
    {
        place.WriteFaces(2);
        JobDescription job = JobOf();
        await EnqueueAsync(job with { Name = "version", ProgramVersion = "0.0.1" }, "0000.png");
        await EnqueueAsync(job with { Name = "model", ModelSha256 = new string('0', 64) }, "0000.png");
        await EnqueueAsync(job with { Name = "file", Options = ["--model=/etc/hostname"] }, "0000.png");
        await EnqueueAsync(job with { Name = "list", Options = ["@/etc/hostname"] }, "0000.png");
        await EnqueueAsync(job with { Name = "value", Options = ["--min-score=2"] }, "0000.png");
        await EnqueueAsync(job with { Name = "head", Options = ["--head=nope"] }, "0000.png");
        await WriteJobAsync("text", "no JSON");
        await WriteJobAsync(
            "null",
            Encoding
                .UTF8.GetString((job with { Name = "null" }).ToJson())
                .Replace("\"options\":[]", "\"options\":[null]", StringComparison.Ordinal)
        );
        place.Enqueue();
        CliResult worked = place.Work();

        AssertRefused(worked, "The job version is refused: it was enqueued by mien 0.0.1, and this is mien ");
        AssertRefused(worked, "The job model is refused: it needs the model whose file has the SHA-256 000000000000");
        AssertRefused(worked, "The job file is refused: its options cannot be used: ");
        AssertRefused(worked, "The job list is refused: its options cannot be used: ");
        AssertRefused(worked, "The job value is refused: its options cannot be used: --min-score is 2");
        AssertRefused(worked, "The job head is refused: its options cannot be used: ");
        AssertRefused(worked, "The job text is refused: ");
        AssertRefused(worked, "The job null is refused: ");
        Assert.Equal(8, worked.Error.Split("is refused:").Length - 1);
        place.AssertOnce(2);

        // An operator sees and removes them.
        CliResult listed = place.Jobs();
        Check.All((string[])["version", "value", Workplace.Job], n => Assert.Contains(n, listed.Out));
        Check.All((string[])["text", "null"], n => Assert.Contains($"The job {n} cannot be read", listed.Error));
        place.Jobs("delete", "text");
        Assert.DoesNotContain("The job text cannot be read", place.Jobs().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_ends_the_worker_and_loses_nothing()
    {
        place.WriteFaces(4);
        place.Enqueue("--shard-size", "2");
        CliResult full;
        using (new FullDisk(100, f => f.EndsWith(".parquet", StringComparison.Ordinal)))
        {
            full = place.Work();
        }

        Assert.Equal(ExitCodes.SomeFailed, full.Code);
        Assert.Contains("the disk is full", full.Error, StringComparison.Ordinal);
        Assert.Contains("was given back", full.Error, StringComparison.Ordinal);
        var all = new EnumerationOptions { AttributesToSkip = FileAttributes.None };
        Assert.Empty(Directory.GetFiles(place.Results, "*parquet*", all));

        CliResult worked = place.Work();
        Assert.True(worked.Code == ExitCodes.Done, worked.Error);
        place.AssertOnce(4);
    }

    [Fact]
    public void A_server_that_is_not_there_is_an_error_that_says_so()
    {
        place.Server.Kill();
        place.WriteFaces(1);
        string[] jobs = ["jobs", "--nats", place.Server.Url];
        foreach (string[] args in (string[][])[place.EnqueueArgs(), place.WorkArgs(), jobs])
        {
            CliResult result = Cli.Run(args);
            Assert.Equal(ExitCodes.SomeFailed, result.Code);
            Assert.Contains($"127.0.0.1:{place.Server.Port}", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("unexpected", result.Error, StringComparison.Ordinal);
        }
    }

    private static void AssertRefused(CliResult worked, string reason)
    {
        Assert.True(worked.Code == ExitCodes.SomeFailed, worked.Error);
        Assert.Contains(reason, worked.Error, StringComparison.Ordinal);
        Assert.Contains("All jobs that are left were refused, for the reasons above.", worked.Error);
    }

    /// <summary>A job as this program would enqueue it.</summary>
    private JobDescription JobOf() =>
        new()
        {
            Name = Workplace.Job,
            Output = "out",
            ProgramVersion = PartOrigin.ProgramVersion!,
            ModelSha256 = WorkerModels.HashOf(place.Model),
        };

    /// <summary>Writes the description of a job, and a message of it, as a program of others might.</summary>
    private async Task WriteJobAsync(string name, string description)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await using var connection = new NatsConnection(new NatsOpts { Url = place.Server.Url });
        var stream = new NatsJSContext(connection);
        INatsKVStore jobs = await new NatsKVContext(stream).GetStoreAsync("mien-jobs", cancel);
        await jobs.PutAsync(name, description, cancellationToken: cancel);
        await stream.PublishAsync(NatsJobs.WorkPrefix + name, "no shard", cancellationToken: cancel);
    }

    /// <summary>Enqueues what <c>mien enqueue</c> would not.</summary>
    private async Task EnqueueAsync(JobDescription job, params string[] paths)
    {
        await using NatsJobs jobs = await NatsJobs.ConnectAsync(
            new NatsSettings { Url = place.Server.Url },
            TestContext.Current.CancellationToken
        );
        await new JobEnqueuer(jobs, jobs).RunAsync(job, paths, 100, null, TestContext.Current.CancellationToken);
    }
}
