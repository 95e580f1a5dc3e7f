using System.Runtime.InteropServices;

namespace Mien.Native;

/// <summary>
/// Runs the body of a function: no exception leaves it, and the calling thread's last error says what happened.
/// Thread-safe.
/// </summary>
internal static partial class Guard
{
    private static readonly bool HasFork = !OperatingSystem.IsWindows();
    private static int process;

    /// <summary>Runs a body.</summary>
    /// <returns>A <see cref="MienStatus"/>.</returns>
    public static int Run(Action body)
    {
        try
        {
            // The runtime and ONNX Runtime need their threads, which a forked process does not have: it would hang or
            // crash after a while.
            if (IsForked())
            {
                LastError.SetForked();
                return (int)MienStatus.BadUsage;
            }

            // A stack overflow would end the process.
            System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
            body();
            return (int)MienStatus.Ok;
        }
        catch (Exception e)
        {
            return (int)Failed(e);
        }
    }

    /// <summary>Gets the status, code and message for an exception.</summary>
    public static (MienStatus Status, string Code, string Message) Describe(Exception e) =>
        e switch
        {
            MienException { Code: "noNativeLibrary" } missing => (
                MienStatus.Unavailable,
                missing.Code,
                NativeFolder.Explain(missing)
            ),
            MienException known => (StatusOf(known.Kind), known.Code, known.Message),
            ObjectDisposedException => (
                MienStatus.BadUsage,
                "handleDestroyed",
                "The handle was destroyed by another thread. Destroy it after the last call."
            ),
            ArgumentException => (MienStatus.BadUsage, "badArgument", e.Message),
            OutOfMemoryException => (
                MienStatus.Unavailable,
                "outOfMemory",
                "There is not enough memory. Use smaller images, or a machine with more memory."
            ),
            InsufficientExecutionStackException => (
                MienStatus.Unavailable,
                "stackTooSmall",
                "The stack of the calling thread is nearly used up. Give the thread a larger stack, such as 1 MiB."
            ),
            _ when NativeLibraries.IsMissing(e) => (
                MienStatus.Unavailable,
                "noNativeLibrary",
                NativeFolder.Explain(NativeLibraries.Missing("The", e))
            ),
            _ => (MienStatus.Internal, "internal", $"{e.GetType().Name}: {e.Message} Please report this."),
        };

    private static MienStatus Failed(Exception e)
    {
        try
        {
            (MienStatus status, string code, string message) = Describe(e);
            LastError.Set(code, message);
            return status;
        }
        catch (Exception)
        {
            // No memory is left even for the message.
            LastError.SetOutOfMemory();
            return MienStatus.Unavailable;
        }
    }

    private static MienStatus StatusOf(ErrorKind kind) =>
        kind switch
        {
            ErrorKind.BadInput => MienStatus.BadInput,
            ErrorKind.BadUsage => MienStatus.BadUsage,
            ErrorKind.Unavailable => MienStatus.Unavailable,
            _ => MienStatus.Internal,
        };

    /// <summary>Whether the process is a fork of the one that called this first.</summary>
    public static bool IsForked()
    {
        if (!HasFork)
        {
            return false;
        }

        int now = ProcessId();
        int first = Interlocked.CompareExchange(ref process, now, 0);
        return first != 0 && first != now;
    }

    // Environment.ProcessId is cached, so that a forked process would read that of its parent.
    [LibraryImport("libc", EntryPoint = "getpid")]
    [SuppressGCTransition]
    private static partial int ProcessId();
}
