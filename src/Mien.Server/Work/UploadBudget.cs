namespace Mien.Server;

/// <summary>Limits the total bytes of uploads in memory, over all requests and streams. Thread-safe.</summary>
internal sealed class UploadBudget(long maxBytes)
{
    private long held;

    /// <summary>The bytes that are reserved now.</summary>
    public long Held => Volatile.Read(ref held);

    /// <summary>Reserves bytes.</summary>
    /// <returns>Whether there was room; if not, nothing is reserved.</returns>
    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref held, bytes) <= maxBytes)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    /// <summary>Releases reserved bytes.</summary>
    public void Release(long bytes) => Interlocked.Add(ref held, -bytes);
}
