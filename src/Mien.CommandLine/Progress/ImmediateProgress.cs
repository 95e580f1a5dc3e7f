namespace Mien.CommandLine;

/// <summary>
/// Reports progress synchronously on the calling thread; <see cref="Progress{T}"/> would post it to another thread.
/// </summary>
internal sealed class ImmediateProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
