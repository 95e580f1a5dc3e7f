namespace Mien.Native;

/// <summary>The use of a handle by one call, which ends when this is disposed.</summary>
internal readonly struct Lease<T>(T handle) : IDisposable
    where T : NativeHandle
{
    public T Handle { get; } = handle;

    public void Dispose() => Handle.Leave();
}
