using System.Collections.Concurrent;

namespace Mien.Native;

/// <summary>
/// The handles that are alive, by number. A number is used once, so that a handle that was destroyed never means
/// something else. Thread-safe.
/// </summary>
internal static class HandleTable
{
    private static readonly ConcurrentDictionary<ulong, NativeHandle> Live = new();
    private static ulong last;

    /// <summary>How many handles are alive.</summary>
    public static int Count => Live.Count;

    /// <summary>Adds a handle and gives its number, which is never 0. Closes the handle if it throws.</summary>
    public static ulong Add(NativeHandle handle)
    {
        try
        {
            ulong number = Interlocked.Increment(ref last);
            Live[number] = handle;
            return number;
        }
        catch
        {
            handle.Close();
            throw;
        }
    }

    /// <summary>Starts the use of a handle; dispose the result at the end of the call.</summary>
    /// <exception cref="MienException"><c>badHandle</c> or <c>handleDestroyed</c>.</exception>
    public static Lease<T> Use<T>(ulong number, string kind)
        where T : NativeHandle
    {
        if (!Live.TryGetValue(number, out NativeHandle? found) || found is not T handle)
        {
            throw Missing(number, kind, found);
        }

        handle.Enter();
        return new Lease<T>(handle);
    }

    /// <summary>Removes a handle; 0 does nothing.</summary>
    /// <exception cref="MienException"><c>badHandle</c> or <c>handleDestroyed</c>.</exception>
    public static void Close<T>(ulong number, string kind)
        where T : NativeHandle
    {
        if (number == 0)
        {
            return;
        }

        if (
            !Live.TryGetValue(number, out NativeHandle? found)
            || found is not T
            || !Live.TryRemove(KeyValuePair.Create(number, found))
        )
        {
            throw Missing(number, kind, found as T is null ? found : null);
        }

        found.Close();
    }

    private static MienException Missing(ulong number, string kind, NativeHandle? found)
    {
        if (found is not null)
        {
            return Argument.Bad("badHandle", $"The handle {number} is a {found.Kind}, expected a {kind}.");
        }

        return number == 0 || number > Volatile.Read(ref last)
            ? Argument.Bad("badHandle", $"{number} is not a handle of a {kind}. Pass a {kind} that was created.")
            : Argument.Bad(
                "handleDestroyed",
                $"The handle {number} was destroyed. Use a {kind} only before it is destroyed."
            );
    }
}
