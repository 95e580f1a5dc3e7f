using Mien.Workers;

namespace Mien.Cli;

/// <summary>
/// Decides whether a worker takes the shards of a job, which anyone who can write to the queue may have made.
/// </summary>
/// <param name="models">The models of the worker.</param>
/// <param name="outputs">Its folder of results.</param>
internal sealed class JobRefusal(WorkerModels models, ConfinedFolder outputs)
{
    /// <summary>Checks a job. Never throws: whatever a job says, it must not end the worker.</summary>
    /// <returns><c>null</c>; or why the worker refuses the job, and what to do, as the end of a sentence.</returns>
    public string? Of(JobDescription job)
    {
        try
        {
            return Check(job);
        }
        catch (MienException e)
        {
            return $"its options cannot be used: {e.Message} Cancel the job, and enqueue its photos with 'mien "
                + $"enqueue' under another name.";
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"it cannot be used ({e.GetType().Name}: {e.Message}). Cancel the job, and enqueue its photos with "
                + $"'mien enqueue' under another name.";
        }
    }

    private string? Check(JobDescription job)
    {
        if (job.ProgramVersion != PartOrigin.ProgramVersion)
        {
            return $"it was enqueued by mien {job.ProgramVersion}, and this is mien {PartOrigin.ProgramVersion}. Its "
                + $"results could differ, so run workers of the same build, or cancel the job and enqueue its photos "
                + $"under another name.";
        }

        if (models.Find(job.ModelSha256) is null)
        {
            return $"it needs the model whose file has the SHA-256 {job.ModelSha256}, and this worker does not have "
                + $"it. Give the file with --model.";
        }

        if (outputs.FindFolder(job.Output) is null)
        {
            return $"its output folder '{job.Output}' is not in {outputs.Full}. Name a folder that contains it with "
                + $"--output-root, or cancel the job and enqueue its photos with another --output and --name.";
        }

        JobSettings settings = JobOptions.Parse(job.Options);
        ModelContract contract;
        try
        {
            contract = models.ContractOf(job.ModelSha256);
        }
        catch (MienException e)
        {
            return $"its model cannot be opened on this machine: {e.Message}";
        }

        contract.SelectHead(settings.Recognizer.Head);
        return null;
    }
}
