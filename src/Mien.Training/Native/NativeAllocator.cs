using System.Runtime.InteropServices;

namespace Mien.Training;

/// <summary>
/// Makes glibc keep freed memory. By default it maps large tensors anew in every step and the kernel zeroes their
/// pages: thousands of page faults per step, which can double the step time (see <c>benchmarks/</c>). This helps only
/// if the training runs on the process's main thread: the arenas of other threads consist of mapped pieces of 64 MB,
/// and larger blocks are always mapped there.
/// </summary>
internal static partial class NativeAllocator
{
    // Parameters of mallopt(3), from <malloc.h>.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapMax = -4;
    private const int ArenaMax = -8;

    /// <summary>Tunes the allocator of this process if the C library is glibc.</summary>
    /// <returns>Whether it was tuned.</returns>
    public static bool Tune()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // Never map a single block, never return memory to the system, grow the heap by 256 MB, and do not create
            // arenas for other threads.
            return MallOpt(ArenaMax, 1) == 1
                && MallOpt(MmapMax, 0) == 1
                && MallOpt(TrimThreshold, -1) == 1
                && MallOpt(TopPad, 256 << 20) == 1;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false; // the C library is not glibc, for example musl
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);
}
