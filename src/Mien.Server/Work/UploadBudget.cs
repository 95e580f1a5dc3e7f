namespace Mien.Server;

/// <summary>The bytes of uploads that may be held at a time, over all requests and streams. Thread-safe.</summary>
internal sealed class UploadBudget(long most)
{
    private long held;

    /// <summary>The bytes that are held now.</summary>
    public long Held => Volatile.Read(ref held);

    /// <summary>Takes bytes.</summary>
    /// <returns>Whether there was room; if not, nothing was taken.</returns>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref held, bytes) <= most)
        {
            return true;
        }

        Give(bytes);
        return false;
    }

    /// <summary>Gives them back.</summary>
    public void Give(long bytes) => Interlocked.Add(ref held, -bytes);
}
