using System.Runtime.CompilerServices;
using Mien.Workers;

namespace Mien.Cli.Tests;

/// <summary>
/// How a worker processes a shard, and what it holds against the machine and what against the shard. Needs no server.
/// </summary>
/// <remarks>Native objects are counted for the whole process, so no other test may run at the same time.</remarks>
[Collection(nameof(ShardPredictorTests))]
[CollectionDefinition(nameof(ShardPredictorTests), DisableParallelization = true)]
public sealed class ShardPredictorTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string model;
    private readonly Lazy<ShardPredictor> predictor;

    public ShardPredictorTests()
    {
        model = BrightnessModel.Write(folder["m.onnx"]);
        Directory.CreateDirectory(folder["o"]);
        folder.WriteFace("p/a.png", Expression.Anger);
        predictor = new Lazy<ShardPredictor>(() =>
        {
            var request = new WorkRequest
            {
                Root = folder["p"],
                OutputRoot = folder["o"],
                Models = [model],
                Threads = 1,
                Device = InferenceDevice.Cpu,
            };
            return new ShardPredictor(request, new WorkerModels([model]), "test", (_, _) => { });
        });
    }

    public void Dispose()
    {
        predictor.Value.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task The_progress_is_reported_and_the_part_has_the_rows()
    {
        folder.Write("p/b.png", "no image");
        var seen = new Progress();
        JobDescription job = Job();
        ShardManifest shard = Shard(job, "a.png", "b.png", "c.png");
        ShardOutcome outcome = await predictor.Value.ProcessAsync(job, shard, seen, default);

        Assert.Equal((3L, 1L, 2L), (outcome.Photos, outcome.Faces, outcome.Errors));
        Assert.Equal([1, 2, 3], seen.Counts);
        Assert.Equal(["a.png", "b.png", "c.png"], DuckDb.AssertOnce(folder["o/out"]));
    }

    [Fact]
    public async Task A_network_that_cannot_be_opened_is_the_fault_of_the_machine()
    {
        JobDescription job = Job();
        Assert.Null(predictor.Value.Refusal(job));
        File.Delete(model);
        Assert.Equal(ErrorKind.Unavailable, (await FailureAsync(job)).Kind);
        BrightnessModel.Write(model, "another");
        Assert.Equal((ErrorKind.Unavailable, "modelChanged"), KindOf(await FailureAsync(job)));

        // The error of a dead photo needs no network.
        ShardOutcome dead = await predictor.Value.WriteErrorAsync(job, Shard(job, "a.png"), "Killed.", default);
        Assert.Equal((1L, 1L), (dead.Photos, dead.Errors));
        Assert.Equal(["a.png"], DuckDb.AssertOnce(folder["o/out"]));
    }

    [Fact]
    public async Task A_folder_of_photos_that_is_not_mounted_makes_no_results()
    {
        JobDescription job = Job();
        Directory.Delete(folder["p"], recursive: true);
        MienException missing = await FailureAsync(job);
        Directory.CreateDirectory(folder["p"]);
        MienException empty = await FailureAsync(job);

        Check.All([missing, empty], e => Assert.Equal((ErrorKind.Unavailable, "rootMissing"), KindOf(e)));
        Assert.False(Directory.Exists(folder["o/out"]));

        // A single photo that is missing is a result.
        folder.Write("p/b.png", "no image");
        ShardOutcome outcome = await predictor.Value.ProcessAsync(job, Shard(job, "a.png"), new Progress(), default);
        Assert.Equal(1, outcome.Errors);
    }

    [Fact]
    public async Task A_photo_on_which_a_sound_network_fails_is_the_fault_of_the_shard()
    {
        BrightnessModel.WriteDiverged(model);
        folder.WriteFace("p/a.png", Expression.Neutral);
        Assert.Equal((ErrorKind.Internal, "modelFailed"), KindOf(await FailureAsync(Job())));
        Assert.False(Directory.Exists(folder["o/out"]));
    }

    [Theory]
    [InlineData("its options cannot be used: ", "--head=nope")]
    [InlineData("its options cannot be used: ", "--model=/etc/hostname")]
    [InlineData("", null)]
    public void A_job_that_cannot_be_used_is_refused_and_nothing_is_thrown(string reason, string? option) =>
        Assert.StartsWith(
            reason,
            predictor.Value.Refusal(Job() with { Options = [option!] }),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_worker_holds_one_network_and_nothing_of_former_shards()
    {
        folder.Write("p/photo.png", MadePhotos.Group().EncodePng());
        JobDescription[] jobs = [Job(), Job() with { Name = "other", Options = ["--min-score=0.4"] }];
        long before = NativeObjects.Alive;
        List<long> alive = [];
        List<WeakReference> shards = [];
        for (int i = 0; i < 6; i++)
        {
            shards.Add(ProcessOne(jobs[i % 2]));
            alive.Add(NativeObjects.Alive);
        }

        Assert.True(alive[0] > before, "The networks are not counted.");
        Check.All(alive, a => Assert.Equal(alive[0], a));
        predictor.Value.Dispose();
        Assert.Equal(before, NativeObjects.Alive);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal(0, shards.Count(s => s.IsAlive));
    }

    /// <summary>Processes a shard; not inlined, so that no local variable of the test holds it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference ProcessOne(JobDescription job)
    {
        ShardManifest shard = Shard(job, "a.png", "photo.png");
        predictor.Value.ProcessAsync(job, shard, new Progress(), default).GetAwaiter().GetResult();
        return new WeakReference(shard);
    }

    private JobDescription Job() =>
        new()
        {
            Name = "job",
            Output = "out",
            ProgramVersion = PartOrigin.ProgramVersion!,
            ModelSha256 = WorkerModels.HashOf(model),
        };

    private static ShardManifest Shard(JobDescription job, params string[] paths) =>
        ShardManifest.Create(job, paths, 0);

    private async Task<MienException> FailureAsync(JobDescription job) =>
        await Assert.ThrowsAsync<MienException>(() =>
            predictor.Value.ProcessAsync(job, Shard(job, "a.png"), new Progress(), default)
        );

    private static (ErrorKind, string) KindOf(MienException e) => (e.Kind, e.Code);

    private sealed class Progress : IProgress<int>
    {
        public List<int> Counts { get; } = [];

        public void Report(int value) => Counts.Add(value);
    }
}
