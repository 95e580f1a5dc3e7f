namespace Mien;

/// <summary>
/// Keeps a native object alive while calls are under way: the last user frees it, be that a call or the owner's
/// dispose. Thread-safe.
/// </summary>
internal sealed class UseCount(Action free, Type owner)
{
    private int closed;
    private int users = 1; // the owner itself and every call under way

    /// <summary>Begins a call.</summary>
    /// <exception cref="ObjectDisposedException">The owner was disposed of.</exception>
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

    /// <summary>Ends a call.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref users) == 0)
        {
            free();
        }
    }

    /// <summary>The owner is disposed of: no further call begins. May be called again.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref closed, 1) == 0)
        {
            Leave();
        }
    }
}
