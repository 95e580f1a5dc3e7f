namespace Mien.Workers;

/// <summary>The lists as files.</summary>
internal sealed class DiskLists : IJobLists
{
    public JobFileList? Find(string folder, string job) => JobFileList.Find(folder, job);

    public DateTimeOffset WrittenAt(string folder, string job)
    {
        try
        {
            return File.GetLastWriteTimeUtc(Path.Combine(folder, JobFileList.NameOf(job)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DateTimeOffset.MinValue;
        }
    }

    public IDisposable? TryLock(string folder, string job)
    {
        string path = Path.Combine(folder, JobFileList.NameOf(job));
        JobFileList.CheckRegular(path); // the lock file would lie beside the target of a link
        try
        {
            return OutputLock.Take([path]);
        }
        catch (MienException e) when (e.Code == "outputBusy")
        {
            return null;
        }
    }

    public void Write(string folder, JobFileList list) => list.Write(folder);
}
