using System.Runtime.InteropServices;

namespace Mien.Training;

/// <summary>
/// Asks NVIDIA's driver for the names of GPUs, which TorchSharp does not offer. The functions are those of the CUDA
/// driver API; only for display, so that every failure gives no name.
/// </summary>
internal static unsafe class CudaDriver
{
    private const int Success = 0;

    /// <summary>The model of a GPU, such as <c>NVIDIA H100 80GB HBM3</c>; <c>null</c> if it is unknown.</summary>
    /// <param name="index">The GPU, counted as libtorch counts.</param>
    public static string? NameOf(int index)
    {
        string library = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (!NativeLibrary.TryLoad(library, out nint driver))
        {
            return null;
        }

        if (
            !NativeLibrary.TryGetExport(driver, "cuInit", out nint initialise)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGet", out nint get)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetName", out nint getName)
        )
        {
            return null;
        }

        const int Length = 256;
        byte* name = stackalloc byte[Length];
        int device = 0;
        return
            ((delegate* unmanaged<uint, int>)initialise)(0) == Success
            && ((delegate* unmanaged<int*, int, int>)get)(&device, index) == Success
            && ((delegate* unmanaged<byte*, int, int, int>)getName)(name, Length, device) == Success
            ? Marshal.PtrToStringUTF8((nint)name)
            : null;
    }
}
