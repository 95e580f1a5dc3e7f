namespace Mien.CommandLine;

/// <summary>
/// Hands progress on at once and on the same thread; <see cref="Progress{T}"/> would do it later, on another.
/// </summary>
internal sealed class ImmediateProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
