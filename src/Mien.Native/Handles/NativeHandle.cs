namespace Mien.Native;

/// <summary>
/// What a handle stands for. It is freed when it is closed and the calls in progress have ended. Thread-safe.
/// </summary>
internal abstract class NativeHandle
{
    private readonly UseCount uses;

    protected NativeHandle()
    {
        uses = new UseCount(Free, GetType());
        NativeObjects.Made();
    }

    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }

    /// <summary>Starts a call; must be followed by <see cref="Leave"/>.</summary>
    /// <exception cref="ObjectDisposedException">The handle was closed.</exception>
    public void Enter() => uses.Enter();

    /// <summary>Ends a call.</summary>
    public void Leave() => uses.Leave();

    /// <summary>Ends the owner's use: later calls fail.</summary>
    public void Close() => uses.Close();

    /// <summary>Frees what the handle holds.</summary>
    protected abstract void FreeContent();

    private void Free()
    {
        FreeContent();
        NativeObjects.Freed();
    }
}
