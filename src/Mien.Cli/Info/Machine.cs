using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Mien.Cli;

/// <summary>The hardware that the networks run on, as far as a process can detect it.</summary>
internal static class Machine
{
    /// <summary>The name that the processor reports, or its architecture if it reports none.</summary>
    public static string ProcessorName()
    {
        string? name =
            X86Base.IsSupported ? BrandString()
            : OperatingSystem.IsMacOS() ? MacBrand()
            : OperatingSystem.IsWindows() ? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            : null;
        return string.IsNullOrWhiteSpace(name) ? RuntimeInformation.ProcessArchitecture.ToString() : name;
    }

    /// <summary>
    /// The SIMD instruction sets of the processor that matter to the kernels used here, the widest last; may be empty.
    /// </summary>
    public static IReadOnlyList<string> InstructionSets()
    {
        (string Name, bool Has)[] known =
        [
            ("SSE4.2", Sse42.IsSupported),
            ("AVX", Avx.IsSupported),
            ("FMA", Fma.IsSupported),
            ("AVX2", Avx2.IsSupported),
            ("AVX-VNNI", AvxVnni.IsSupported),
            ("AVX-512F", Avx512F.IsSupported),
            ("AVX-512BW", Avx512BW.IsSupported),
            ("NEON", AdvSimd.IsSupported),
            ("dot product", Dp.IsSupported),
        ];
        return [.. known.Where(k => k.Has).Select(k => k.Name)];
    }

    /// <summary>The memory available to this process in bytes: the machine's, or the container's limit.</summary>
    public static long Memory() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>
    /// The brand string from CPUID leaves 0x80000002 to 0x80000004 (Intel SDM volume 2A, AMD APM volume 3).
    /// </summary>
    private static string? BrandString()
    {
        const int FirstLeaf = unchecked((int)0x80000002);
        if ((uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000004)
        {
            return null;
        }

        Span<int> registers = stackalloc int[12];
        for (int i = 0; i < 3; i++)
        {
            (registers[4 * i], registers[(4 * i) + 1], registers[(4 * i) + 2], registers[(4 * i) + 3]) = X86Base.CpuId(
                FirstLeaf + i,
                0
            );
        }

        string text = Encoding.ASCII.GetString(MemoryMarshal.AsBytes(registers));
        return string.Join(' ', text.TrimEnd('\0').Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string? MacBrand()
    {
        try
        {
            using Process? process = Process.Start(
                new ProcessStartInfo("/usr/sbin/sysctl", ["-n", "machdep.cpu.brand_string"])
                {
                    RedirectStandardOutput = true,
                }
            );
            return process?.StandardOutput.ReadToEnd().Trim();
        }
        catch (Win32Exception)
        {
            return null; // The caller falls back to the architecture.
        }
    }
}
