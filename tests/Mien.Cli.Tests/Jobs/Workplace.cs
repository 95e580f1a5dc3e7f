using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Workers;

namespace Mien.Cli.Tests;

/// <summary>
/// A NATS server, a folder of photos, and workers: as processes, which can be killed, or inside the test.
/// </summary>
internal sealed class Workplace : IDisposable
{
    /// <summary>The name of the job, unless a test gives another one.</summary>
    public const string Job = "job";

    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(3);

    private readonly List<WorkerProcess> workers = [];
    private NatsJobs? connection;

    public Workplace(params string[] serverArgs)
    {
        try
        {
            Server = new NatsServer(Folder["nats"], serverArgs);
            Model = BrightnessModel.Write(Folder["m.onnx"]);
            Directory.CreateDirectory(Photos);
            Directory.CreateDirectory(Outputs);
        }
        catch
        {
            Folder.Dispose();
            throw;
        }
    }

    public TempFolder Folder { get; } = new();

    public NatsServer Server { get; }

    public string Model { get; }

    /// <summary>
    /// How long a worker may be silent. Short where workers are killed, and where it does not matter that a live one is
    /// taken for dead on a busy machine.
    /// </summary>
    public string Lease { get; init; } = "10s";

    /// <summary>The root of the photos.</summary>
    public string Photos => Folder["p"];

    /// <summary>The output root.</summary>
    public string Outputs => Folder["o"];

    /// <summary>The output folder of the job.</summary>
    public string Results => Folder["o/out"];

    /// <summary>The file that ends the waiting of workers that hang.</summary>
    private string Release => Folder["release"];

    public void Dispose()
    {
        foreach (WorkerProcess worker in workers)
        {
            worker.Dispose();
        }

        connection?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Server.Dispose();
        Folder.Dispose();
    }

    /// <summary>Writes face crops <c>0000.png</c>, <c>0001.png</c>, … of all expressions.</summary>
    public void WriteFaces(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Folder.WriteFace(string.Create(CultureInfo.InvariantCulture, $"p/{i:D4}.png"), (Expression)(i % 7));
        }
    }

    /// <summary>Writes photos without a face, each of which takes a while.</summary>
    public void WriteSlowPhotos(int count)
    {
        byte[] photo = MadePhotos.Empty().EncodePng();
        for (int i = 0; i < count; i++)
        {
            Folder.Write(string.Create(CultureInfo.InvariantCulture, $"p/slow-{i:D4}.png"), photo);
        }
    }

    /// <summary>
    /// Writes files that are no images. A worker of <see cref="StartHanging"/> waits on each until it is released.
    /// </summary>
    public void WriteHangingPhotos(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Folder.Write(string.Create(CultureInfo.InvariantCulture, $"p/{StartupHook.Hang}-{i:D4}.png"), "no image");
        }
    }

    /// <summary>The arguments of an enqueue of all photos.</summary>
    public string[] EnqueueArgs(params string[] more) =>
        [
            "enqueue",
            Photos,
            "--nats",
            Server.Url,
            "--model",
            Model,
            .. more.Contains("--output") ? [] : (string[])["--output", "out"],
            .. more.Contains("--name") ? [] : (string[])["--name", Job],
            .. more,
        ];

    /// <summary>Enqueues all photos.</summary>
    public CliResult Enqueue(params string[] more) => Done(Cli.Run(EnqueueArgs(more)));

    /// <summary>The arguments of a worker.</summary>
    public string[] WorkArgs(params string[] more) =>
        [
            "work",
            "--nats",
            Server.Url,
            "--root",
            Photos,
            "--output-root",
            Outputs,
            "--model",
            Model,
            "--lease",
            Lease,
            .. more,
        ];

    /// <summary>Works inside the test until nothing is left.</summary>
    public CliResult Work(params string[] more) => Cli.Run(WorkArgs(["--until-empty", .. more]));

    /// <summary>Starts a worker, or another command of the program.</summary>
    public WorkerProcess Start(string[] args, params (string Name, string Value)[] variables)
    {
        var worker = new WorkerProcess(args, variables);
        workers.Add(worker);
        return worker;
    }

    /// <summary>Starts a worker that ends on the photo of <see cref="StartupHook.Crash"/>.</summary>
    public WorkerProcess StartCrashing(params string[] more) => Start(WorkArgs(more), Hook);

    /// <summary>Starts a worker, and waits until it hangs on a photo of <see cref="WriteHangingPhotos"/>.</summary>
    public WorkerProcess StartHanging(params string[] more)
    {
        File.Delete(Release + StartupHook.Hanging);
        WorkerProcess worker = Start(WorkArgs(more), Hook, (StartupHook.ReleaseVariable, Release));
        WaitUntil(() => worker.HasExited || File.Exists(Release + StartupHook.Hanging), "hanging");
        Assert.False(worker.HasExited, "The worker has ended.");
        return worker;
    }

    /// <summary>Lets workers that hang go on.</summary>
    public void ReleaseHanging() => File.WriteAllText(Release, "");

    /// <summary>The records of the shards of a job; empty while the server is away.</summary>
    public IReadOnlyList<ShardRecord> Records(string job = Job)
    {
        try
        {
            connection ??= NatsJobs
                .ConnectAsync(new NatsSettings { Url = Server.Url }, CancellationToken.None)
                .GetAwaiter()
                .GetResult();
            return
            [
                .. connection
                    .ListShardsAsync(job, CancellationToken.None)
                    .GetAwaiter()
                    .GetResult()
                    .Values.Select(r => r.Value),
            ];
        }
        catch (QueueException e) when (e.IsTransient)
        {
            return [];
        }
    }

    /// <summary>Whether the records say that a worker has a shard in hand.</summary>
    public bool IsInHandOf(WorkerProcess worker) =>
        Records()
            .Any(r =>
                r.State == ShardState.Running
                && r.Worker!.Contains(
                    string.Create(CultureInfo.InvariantCulture, $"-{worker.Id}-"),
                    StringComparison.Ordinal
                )
            );

    /// <summary>What <c>mien jobs</c> says of a job.</summary>
    public JsonElement Status(string job = Job) => JsonDocument.Parse(Jobs("list", job, "--json").Out).RootElement[0];

    /// <summary>Runs a subcommand of <c>mien jobs</c>.</summary>
    public CliResult Jobs(params string[] args) => Done(TryJobs(args));

    /// <summary>Runs a subcommand of <c>mien jobs</c> that may fail.</summary>
    public CliResult TryJobs(params string[] args) => Cli.Run(["jobs", .. args, "--nats", Server.Url]);

    /// <summary>Checks that every photo has exactly one result in the files that count.</summary>
    /// <param name="count">The number of photos.</param>
    public void AssertOnce(int count)
    {
        CliResult merged = Cli.Run("merge", Results, "--photos", Photos, "-o", Folder["merged/all.parquet"]);
        Assert.True(merged.Code == ExitCodes.Done, merged.Out + merged.Error);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $" {count:N0} photos, {count:N0} results, 0 missing, 0 double"),
            merged.Out,
            StringComparison.Ordinal
        );
        Assert.Equal(count, DuckDb.AssertOnce(Folder["merged"]).Length);
        Assert.True(Status().GetProperty("isComplete").GetBoolean());
    }

    /// <summary>Waits until something is so.</summary>
    public static void WaitUntil(Func<bool> isSo, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < MaxWait, $"after {MaxWait.TotalSeconds} s: not {what}");
            Thread.Sleep(10);
        }
    }

    private static (string Name, string Value) Hook => ("DOTNET_STARTUP_HOOKS", typeof(StartupHook).Assembly.Location);

    private static CliResult Done(CliResult result)
    {
        Assert.True(result.Code == ExitCodes.Done, result.Out + result.Error);
        return result;
    }
}
