namespace Mien;

/// <summary>
/// A reference count that keeps a native object alive while calls are in progress. The last user frees it, either a
/// call or the owner's Dispose; so Dispose never waits and never pulls memory from under a running call. Thread-safe.
/// </summary>
internal sealed class UseCount(Action free, Type owner)
{
    private int closed;
    private int users = 1; // the owner itself plus every call in progress

    /// <summary>Starts a call; must be followed by <see cref="Leave"/>.</summary>
    /// <exception cref="ObjectDisposedException">The owner was disposed.</exception>
    public void Enter()
    {
        int seen = Volatile.Read(ref users);
        while (true)
        {
            ObjectDisposedException.ThrowIf(seen == 0 || Volatile.Read(ref closed) != 0, owner);
            int before = Interlocked.CompareExchange(ref users, seen + 1, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    /// <summary>Ends a call; frees the object if it is closed and this was the last call.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref users) == 0)
        {
            free();
        }
    }

    /// <summary>Disposes the owner: later calls to <see cref="Enter"/> throw. Idempotent.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref closed, 1) == 0)
        {
            Leave();
        }
    }
}
