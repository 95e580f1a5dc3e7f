using System.Diagnostics;
using System.Text.RegularExpressions;
using Mien.Workers;

namespace Mien.Cli;

/// <summary>
/// Processes the shards of jobs as <c>mien predict --parquet</c> does, each into one Parquet part. What a job says is
/// not trusted: photos are read below one folder only, results are written below one folder only, and the model is one
/// that this worker was given. Processes one shard at a time.
/// </summary>
internal sealed partial class ShardPredictor : IShardProcessor, IDisposable
{
    /// <summary>How long photos in progress may take when the shard is given back; later ones are abandoned.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    private readonly WorkRequest request;
    private readonly ConfinedFolder outputs;
    private readonly JobRefusal refusal;
    private readonly JobNetworks networks;
    private readonly Action<RecognitionResult, TimeSpan> report;

    /// <summary>Names the temporary files of this worker, because others may write the same part.</summary>
    private readonly string writer;

    /// <summary>Prepares a worker.</summary>
    /// <param name="request">Its folders, threads and device.</param>
    /// <param name="models">Its models.</param>
    /// <param name="writer">A name that no other worker has: letters, digits and dashes.</param>
    /// <param name="report">Receives each result with the time that it took; called from several threads.</param>
    /// <exception cref="IOException">There is a loop of links on the way to a folder.</exception>
    public ShardPredictor(
        WorkRequest request,
        WorkerModels models,
        string writer,
        Action<RecognitionResult, TimeSpan> report
    )
    {
        this.request = request;
        this.writer = writer;
        this.report = report;
        outputs = new ConfinedFolder(request.OutputRoot);
        refusal = new JobRefusal(models, outputs);
        networks = new JobNetworks(models, request.Device);
    }

    /// <summary>The name of the part with the results of a shard.</summary>
    public static string FileOf(ShardManifest shard) => $"part-{shard.Id}{PartName.Ending}";

    public string? Refusal(JobDescription job) => refusal.Of(job);

    public string? OutputFolder(JobDescription job) => outputs.FindFolder(job.Output);

    public Task<ShardOutcome> ProcessAsync(
        JobDescription job,
        ShardManifest shard,
        IProgress<int> done,
        CancellationToken cancel
    ) =>
        // On a thread of its own: it waits for the pool's threads, which decode and run the network.
        Task.Factory.StartNew(
            () => Process(job, shard, done, cancel),
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );

    public Task<ShardOutcome> WriteErrorAsync(
        JobDescription job,
        ShardManifest shard,
        string reason,
        CancellationToken cancel
    ) =>
        Task.Run(
            () =>
            {
                var rows = new PartRows(networks.OriginOf(job));
                foreach (string path in shard.Paths)
                {
                    var error = new MienException(ErrorKind.Internal, "workerCrashed", $"{path}: {reason}");
                    rows.Add(RecognitionResult.Failed(path, error));
                }

                return Write(
                    job,
                    shard,
                    rows,
                    new ShardOutcome(
                        $"part-{shard.Id}-error{PartName.Ending}",
                        shard.Paths.Count,
                        Faces: 0,
                        Errors: shard.Paths.Count
                    )
                );
            },
            cancel
        );

    public Task DeleteAsync(JobDescription job, string file, CancellationToken cancel)
    {
        // The name comes from the server, so it may be any path.
        if (PartPattern.IsMatch(file) && OutputFolder(job) is { } folder)
        {
            try
            {
                File.Delete(Path.Join(folder, file));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It does not count, because the record names another one; mien merge says that it is there.
            }
        }

        return Task.CompletedTask;
    }

    public void Dispose() => networks.Dispose();

    private ShardOutcome Process(JobDescription job, ShardManifest shard, IProgress<int> done, CancellationToken cancel)
    {
        JobNetwork network = networks.Open(job);
        var photos = new ConfinedFolder(request.Root);
        var rows = new PartRows(network.Origin);
        int count = 0;
        long faces = 0,
            errors = 0;
        bool isAnyMissing = false;
        var pipeline = new PredictionPipeline(i => Recognize(network, photos, i.Path), request.ThreadCount, Grace);
        foreach (ImageOutcome outcome in pipeline.Run(shard.Paths.Select(p => new InputItem(p, p)), cancel))
        {
            if (outcome.Result.Error is { } error)
            {
                CheckMachine(error, job);
                isAnyMissing |= error.Code is "fileNotFound" or "unreadableFile";
                errors++;
            }

            rows.Add(outcome.Result);
            faces += outcome.Result.Faces.Count;
            done.Report(++count);
        }

        cancel.ThrowIfCancellationRequested();
        if (isAnyMissing)
        {
            CheckRoot();
        }

        return Write(job, shard, rows, new ShardOutcome(FileOf(shard), shard.Paths.Count, faces, errors));
    }

    /// <summary>
    /// Checks whether the error of a photo can be due to this machine. Such an error is no result of the photo: another
    /// worker may process it.
    /// </summary>
    /// <exception cref="MienException">
    /// It is due to the machine, of the kind <see cref="ErrorKind.Unavailable"/>; or it may be due to the photo.
    /// </exception>
    private void CheckMachine(MienException error, JobDescription job)
    {
        switch (error.Code)
        {
            case "noNativeLibrary" or "noCuda" or "noCoreMl":
                throw new MienException(ErrorKind.Unavailable, error.Code, error.Message, error);
            case "outOfMemory" or "modelFailed":
                networks.Reopen(job);
                throw new MienException(ErrorKind.Internal, error.Code, error.Message, error);
            default:
                break;
        }
    }

    /// <summary>
    /// Checks that the folder of the photos is there. Without it, every photo of every job would get an error as its
    /// result.
    /// </summary>
    /// <exception cref="MienException"><c>rootMissing</c>.</exception>
    private void CheckRoot()
    {
        string problem;
        try
        {
            if (Directory.EnumerateFileSystemEntries(request.Root).Any())
            {
                return;
            }

            problem = "the folder of the photos is empty";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"the folder of the photos cannot be read ({e.Message.TrimEnd('.')})";
        }

        throw new MienException(
            ErrorKind.Unavailable,
            "rootMissing",
            $"{request.Root}: {problem}, although a job has photos in it. Mount it, and start the worker again."
        );
    }

    private RecognitionResult Recognize(JobNetwork network, ConfinedFolder photos, string path)
    {
        long start = Stopwatch.GetTimestamp();
        RecognitionResult result;
        try
        {
            result = Read(network, photos, path);
        }
        catch (MienException e)
        {
            result = RecognitionResult.Failed(path, e);
        }

        report(result, Stopwatch.GetElapsedTime(start));
        return result;
    }

    private static RecognitionResult Read(JobNetwork network, ConfinedFolder photos, string path)
    {
        string file =
            photos.FindFile(path)
            ?? throw new MienException(
                ErrorKind.BadUsage,
                "outsideRoot",
                $"{path}: leads out of the folder of the photos, so the worker did not read it. Enqueue a folder that "
                    + $"contains all photos, without links to other folders."
            );
        FileBytes data;
        try
        {
            data = InputFile.Open(file, "image", network.Recognizer.Options.Limits.MaxBytes);
        }
        catch (MienException e)
        {
            // Workers see the folder at different places, and their results must not differ.
            throw new MienException(
                e.Kind,
                e.Code,
                e.Message.Replace(file, path, StringComparison.Ordinal),
                e.InnerException
            );
        }

        using (data)
        {
            return network.Recognizer.Recognize(data.Span, path, network.Options);
        }
    }

    private ShardOutcome Write(JobDescription job, ShardManifest shard, PartRows rows, ShardOutcome outcome)
    {
        string folder = OutputFolder(job) ?? throw Moved($"the output folder '{job.Output}' of the job {job.Name}");
        string file = Path.Join(folder, outcome.File);
        if (new FileInfo(file).LinkTarget is not null)
        {
            throw Moved(file);
        }

        PartTable.Write(file, rows, shard.Id, writer);
        return outcome;

        MienException Moved(string what) =>
            new(
                ErrorKind.Unavailable,
                "cannotWrite",
                $"{what} is a link that leads out of {outputs.Full}, so nothing was written. Remove the link."
            );
    }

    [GeneratedRegex(@"\Apart-[0-9a-f]{32}(-error)?\.parquet\z")]
    private static partial Regex PartPattern { get; }
}
