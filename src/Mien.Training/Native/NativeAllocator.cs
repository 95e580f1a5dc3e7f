using System.Runtime.InteropServices;

namespace Mien.Training;

/// <summary>
/// Tells glibc to keep freed memory. By default it maps large tensors afresh at every step and the kernel zeroes their
/// pages: thousands of page faults a step, which can double a step's time (<c>benchmarks/</c> shows it). It helps where
/// the training runs on the process's main thread: the arenas of other threads consist of mapped pieces of 64 MB, and
/// what is larger is mapped whatever the settings.
/// </summary>
internal static partial class NativeAllocator
{
    // mallopt(3), <malloc.h>
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapMax = -4;
    private const int ArenaMax = -8;

    /// <summary>Sets the allocator of this process, where there is glibc.</summary>
    /// <returns>Whether it was set.</returns>
    public static bool Tune()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // Never map a block of its own, never give memory back, grow the heap by 256 MB; and no more arenas for
            // other threads.
            return MallOpt(ArenaMax, 1) == 1
                && MallOpt(MmapMax, 0) == 1
                && MallOpt(TrimThreshold, -1) == 1
                && MallOpt(TopPad, 256 << 20) == 1;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // another C library, such as musl
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);
}
