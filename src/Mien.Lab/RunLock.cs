using Mien.CommandLine;
using Mien.Training.Running;

namespace Mien.Lab;

/// <summary>
/// Keeps a second process from training in the same folder, where each would overwrite the other's checkpoints. The system
/// takes the lock away with the process, also after <c>kill -9</c>.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream file;

    private RunLock(FileStream file) => this.file = file;

    /// <exception cref="UsageException">Another process trains there.</exception>
    public static RunLock Take(RunFolder folder)
    {
        string path = Path.Combine(folder.Path, "run.lock");
        try
        {
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new UsageException($"The run '{Path.GetFileName(folder.Path)}' is being trained by another process (it holds {path}). Wait for it, stop it with Ctrl-C, or train under another --name.", e);
        }
    }

    public void Dispose() => file.Dispose();
}
