using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Mien.Training;

/// <summary>
/// Prepares libtorch for training in this process: call <see cref="Initialize"/> once before any other use of
/// TorchSharp. Thread-safe.
/// </summary>
internal static class LibTorch
{
    private const string Library = "LibTorchSharp";
    private const string FileName = "libLibTorchSharp.so";
    private const string NewVersion = "GLIBCXX_3.4.32";

    private static readonly Lock Gate = new();
    private static bool initialized;
    private static nint patched;

    /// <summary>
    /// A note for the user if a workaround was needed to load TorchSharp's library; otherwise <c>null</c>.
    /// </summary>
    public static string? Notice { get; private set; }

    /// <summary>Whether the allocator was tuned for training (see <see cref="NativeAllocator"/>).</summary>
    public static bool AllocatorTuned { get; private set; }

    /// <summary>
    /// Loads libtorch. On Linux systems whose libstdc++ is older than GCC 13 (Debian 12, Ubuntu 22.04, RHEL 9),
    /// TorchSharp's own library requires one symbol version that is missing. A copy with this requirement marked as
    /// weak is loaded instead.
    /// </summary>
    /// <param name="threads">The number of compute threads; 0 uses libtorch's default, one per core.</param>
    /// <param name="tuneAllocator">
    /// Whether freed memory is kept in the process, which makes training on a CPU up to twice as fast.
    /// </param>
    /// <exception cref="TrainingException">The library cannot be loaded; the message says what is missing.</exception>
    public static void Initialize(int threads = 0, bool tuneAllocator = true)
    {
        lock (Gate)
        {
            if (!initialized)
            {
                // The allocator must be tuned before libtorch allocates anything.
                AllocatorTuned = tuneAllocator && NativeAllocator.Tune();

                // Raised only after the runtime has failed to load the unmodified library, so systems that do not need
                // the workaround are not affected.
                AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
                    name.Contains(Library, StringComparison.Ordinal) && OperatingSystem.IsLinux() ? LoadPatched() : 0;
                try
                {
                    torch.InitializeDeviceType(DeviceType.CPU);
                }
                catch (Exception e)
                    when (e is DllNotFoundException or TypeInitializationException or NotSupportedException)
                {
                    throw new TrainingException(
                        ErrorKind.Unavailable,
                        "libtorchMissing",
                        $"libtorch cannot be loaded on this system "
                            + $"({RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}): "
                            + $"{e.GetBaseException().Message} "
                            + $"Training needs linux-x64, win-x64 or osx-arm64; on Linux 'ldd {FileName}' shows what "
                            + $"is missing.",
                        e
                    );
                }

                initialized = true;
            }

            if (threads > 0)
            {
                torch.set_num_threads(threads);
            }
        }
    }

    private static nint LoadPatched()
    {
        if (patched != 0)
        {
            return patched;
        }

        string? original = SearchDirectories().Select(d => Path.Combine(d, FileName)).FirstOrDefault(File.Exists);
        if (original is null)
        {
            return 0;
        }

        byte[] image = File.ReadAllBytes(original);
        if (!ElfVersionNeeds.MakeWeak(image, NewVersion))
        {
            return 0;
        }

        // Beside the original, so that $ORIGIN finds libtorch. If that folder is read-only, in the user's data folder,
        // with libtorch loaded first.
        string beside = Path.Combine(Path.GetDirectoryName(original)!, "libLibTorchSharp.weak.so");
        string cached = Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify
            ),
            "mien",
            "native",
            Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(image))[..16],
            FileName
        );
        string? copy = TryWrite(beside, image);
        if (copy is null)
        {
            copy = TryWrite(cached, image);
            NativeLibrary.TryLoad(Path.Combine(Path.GetDirectoryName(original)!, "libtorch.so"), out _);
        }

        if (copy is null || !NativeLibrary.TryLoad(copy, out patched))
        {
            return 0;
        }

        Notice =
            $"This system's libstdc++ lacks {NewVersion}; a copy of {FileName} that does not require it is "
            + $"used ({copy}).";
        return patched;
    }

    private static string? TryWrite(string path, byte[] image)
    {
        try
        {
            if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(image))
            {
                return path;
            }

            // Several processes may start at the same time; they all write the same bytes.
            OutputFile.WriteBytes(path, image, isShared: true);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or MienException)
        {
            return null;
        }
    }

    private static IEnumerable<string> SearchDirectories()
    {
        string listed = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return listed
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"));
    }
}
