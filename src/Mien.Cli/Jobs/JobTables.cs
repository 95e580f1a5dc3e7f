using System.Globalization;
using System.Text.Json;
using Mien.CommandLine;
using Mien.Workers;

namespace Mien.Cli;

/// <summary>Shows jobs as a table and as JSON.</summary>
internal static class JobTables
{
    /// <summary>The maximum number of dead photos that are named per job.</summary>
    private const int MaxDead = 10;

    /// <summary>Writes a table, and below it the dead photos.</summary>
    public static void Write(CommandConsole console, IReadOnlyList<JobStatus> jobs)
    {
        ConsoleTable table = new ConsoleTable()
            .Column("job")
            .Column("state", wrap: false)
            .Number("photos")
            .Number("errors")
            .Number("done")
            .Number("running")
            .Number("waiting")
            .Number("dead")
            .Number("photos/s")
            .Number("left");
        foreach (JobStatus job in jobs)
        {
            table.Row(
                job.Job.Name,
                StateOf(job),
                $"{Number(job.DonePhotos)} of {Number(TotalOf(job))}",
                Number(job.Errors),
                Number(job.DoneShards),
                Number(job.RunningShards),
                Number(job.WaitingShards),
                Number(job.Dead.Count),
                job.PhotosPerSecond is { } rate ? rate.ToString("0.#", CultureInfo.InvariantCulture) : "",
                job.TimeLeft is { } left ? DurationText.Of(left) : ""
            );
        }

        table.WriteTo(console);
        foreach (JobStatus job in jobs.Where(j => j.Dead.Count > 0))
        {
            foreach (DeadShard dead in job.Dead.Take(MaxDead))
            {
                console.Error.WriteLine($"dead in {job.Job.Name}: {dead.Path ?? dead.Id}: {dead.Reason}");
            }

            int unnamed = job.Dead.Count - MaxDead;
            string more = unnamed > 0 ? $" {Number(unnamed)} more are in the output of --json." : "";
            console.Error.WriteLine($"'mien jobs retry {job.Job.Name}' tries them again.{more}");
        }
    }

    /// <summary>Writes an array with one object per job.</summary>
    public static void WriteJson(Utf8JsonWriter json, IReadOnlyList<JobStatus> jobs)
    {
        json.WriteStartArray();
        foreach (JobStatus job in jobs)
        {
            json.WriteStartObject();
            json.WriteString("name", job.Job.Name);
            json.WriteString("state", StateOf(job));
            json.WriteBoolean("isComplete", job.IsComplete);
            json.WriteString("output", job.Job.Output);
            json.WriteString("programVersion", job.Job.ProgramVersion);
            json.WriteString("modelSha256", job.Job.ModelSha256);
            json.WriteStartArray("options");
            foreach (string option in job.Job.Options)
            {
                json.WriteStringValue(option);
            }

            json.WriteEndArray();
            json.WriteNumber("photos", TotalOf(job));
            json.WriteNumber("donePhotos", job.DonePhotos);
            json.WriteNumber("remainingPhotos", job.RemainingPhotos);
            json.WriteNumber("faces", job.Faces);
            json.WriteNumber("errors", job.Errors);
            json.WriteNumber("doneShards", job.DoneShards);
            json.WriteNumber("runningShards", job.RunningShards);
            json.WriteNumber("waitingShards", job.WaitingShards);
            json.WriteNumber("deadShards", job.Dead.Count);
            json.WriteNumber("workers", job.Workers);
            WriteNumber(json, "photosPerSecond", job.PhotosPerSecond);
            WriteNumber(json, "secondsLeft", job.TimeLeft?.TotalSeconds);
            json.WriteStartArray("dead");
            foreach (DeadShard dead in job.Dead)
            {
                json.WriteStartObject();
                json.WriteString("id", dead.Id);
                json.WriteString("path", dead.Path);
                json.WriteString("reason", dead.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes the files of a job.</summary>
    public static void WriteJson(Utf8JsonWriter json, JobDescription job, JobFileList list)
    {
        json.WriteStartObject();
        json.WriteString("job", job.Name);
        json.WriteString("output", job.Output);
        json.WriteBoolean("isComplete", list.IsComplete);
        json.WriteNumber("photos", list.Photos);
        json.WriteNumber("remainingPhotos", list.RemainingPhotos);
        json.WriteStartArray("files");
        foreach (JobFile file in list.Files)
        {
            json.WriteStartObject();
            json.WriteString("name", file.Name);
            json.WriteNumber("photos", file.Photos);
            json.WriteNumber("faces", file.Faces);
            json.WriteNumber("errors", file.Errors);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string StateOf(JobStatus job) =>
        job.Job.State == JobState.Cancelled ? "cancelled"
        : job.IsComplete ? "done"
        : job.Job.State == JobState.Enqueuing ? "enqueuing"
        : job.RunningShards > 0 ? "running"
        : "waiting";

    /// <summary>The photos of the job; those that are queued so far while it is being enqueued.</summary>
    private static long TotalOf(JobStatus job) =>
        job.Job.Photos > 0 ? job.Job.Photos : job.DonePhotos + job.RemainingPhotos + job.Dead.Count;

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, Math.Round(number, 2));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
