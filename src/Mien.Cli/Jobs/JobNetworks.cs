using Mien.Workers;

namespace Mien.Cli;

/// <summary>
/// Opens the networks of jobs, one at a time, so that memory stays flat. What a job says was checked before
/// (<see cref="JobRefusal"/>), so an error is due to this machine and never to a shard. Not thread-safe.
/// </summary>
/// <param name="models">The models of the worker.</param>
/// <param name="device">Its device.</param>
internal sealed class JobNetworks(WorkerModels models, InferenceDevice device) : IDisposable
{
    private JobNetwork? loaded;

    /// <summary>Opens the network of a job, unless it is open already.</summary>
    /// <returns>The network, which is closed when that of another job is opened.</returns>
    /// <exception cref="MienException">Of the kind <see cref="ErrorKind.Unavailable"/>.</exception>
    public JobNetwork Open(JobDescription job)
    {
        if (loaded?.IsOf(job) == true)
        {
            return loaded;
        }

        Dispose();
        try
        {
            return loaded = Load(job);
        }
        catch (Exception e) when (e is not MienException { Kind: ErrorKind.Unavailable })
        {
            throw new MienException(
                ErrorKind.Unavailable,
                (e as MienException)?.Code ?? "modelFailed",
                $"The network of the job {job.Name} cannot be opened on this machine: {e.Message} Other workers take "
                    + $"its shards; start this one again when it is repaired.",
                e
            );
        }
    }

    /// <summary>Opens the network of a job anew, which shows whether this machine can still run it.</summary>
    /// <exception cref="MienException">Of the kind <see cref="ErrorKind.Unavailable"/>.</exception>
    public void Reopen(JobDescription job)
    {
        Dispose();
        Open(job);
    }

    /// <summary>What the results of a job have in common; needs no network on the device.</summary>
    /// <exception cref="MienException">Of the kind <see cref="ErrorKind.Unavailable"/>.</exception>
    public PartOrigin OriginOf(JobDescription job) => OriginOf(job, JobOptions.Parse(job.Options));

    /// <summary>Closes the network. Calls in progress complete.</summary>
    public void Dispose()
    {
        loaded?.Recognizer.Dispose();
        loaded = null;
    }

    private JobNetwork Load(JobDescription job)
    {
        string model = models.Find(job.ModelSha256) ?? throw Changed(job.ModelSha256);
        JobSettings settings = JobOptions.Parse(job.Options);
        PartOrigin origin = OriginOf(job, settings);
        var recognizer = FaceExpressionRecognizer.Create(
            settings.Recognizer with
            {
                Model = model,
                Inference = settings.Recognizer.Inference with { Threads = 1, Device = device },
            }
        );
        try
        {
            return WorkerModels.HashOf(model) == origin.ModelSha256
                ? new JobNetwork(job, recognizer, origin, settings.Options)
                : throw Changed(model);
        }
        catch
        {
            recognizer.Dispose();
            throw;
        }

        static MienException Changed(string model) =>
            new(
                ErrorKind.Unavailable,
                "modelChanged",
                $"{model}: the file of the model was replaced while the worker was running. Start the worker again."
            );
    }

    private PartOrigin OriginOf(JobDescription job, JobSettings settings)
    {
        ModelContract contract = models.ContractOf(job.ModelSha256);
        string? head = contract.SelectHead(settings.Recognizer.Head).Name;
        return PartOrigin.OfHash(job.ModelSha256.ToLowerInvariant(), contract, head);
    }
}

/// <summary>The network of a job.</summary>
/// <param name="Job">The job.</param>
/// <param name="Recognizer">The network.</param>
/// <param name="Origin">What its results have in common.</param>
/// <param name="Options">Options per photo.</param>
internal sealed record JobNetwork(
    JobDescription Job,
    FaceExpressionRecognizer Recognizer,
    PartOrigin Origin,
    RecognitionOptions Options
)
{
    /// <summary>Whether another job has the same model and options.</summary>
    public bool IsOf(JobDescription job) =>
        job.ModelSha256 == Job.ModelSha256 && job.Options.SequenceEqual(Job.Options);
}
