using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace Mien.Training;

/// <summary>
/// Prepares libtorch for training in this process: call <see cref="Initialize"/> once before any other use of
/// TorchSharp. Thread-safe.
/// </summary>
internal static unsafe class LibTorch
{
    /// <summary>The environment variable with the folder of another libtorch than the one that Mien contains.</summary>
    public const string FolderVariable = "MIEN_LIBTORCH";

    private const string Library = "LibTorchSharp";
    private const string FileName = "libLibTorchSharp.so";
    private const string NewVersion = "GLIBCXX_3.4.32";

    private static readonly Lock Gate = new();
    private static bool initialized;
    private static nint patched;
    private static TorchFolder? loaded;

    /// <summary>
    /// A note for the user if a workaround was needed to load TorchSharp's library; otherwise <c>null</c>.
    /// </summary>
    public static string? Notice { get; private set; }

    /// <summary>Whether the allocator was tuned for training (see <see cref="NativeAllocator"/>).</summary>
    public static bool AllocatorTuned { get; private set; }

    /// <summary>Whether the libtorch that is or will be loaded was built for CUDA.</summary>
    public static bool HasCudaLibraries => loaded?.HasCuda ?? IsInSearchDirectories("torch_cuda");

    /// <summary>
    /// The folder that libtorch was loaded from; <c>null</c> before <see cref="Initialize"/> or if it is unknown.
    /// </summary>
    public static string? LoadedFrom => Path.GetDirectoryName(LoadedLibrary);

    /// <summary>The version of the loaded libtorch, such as <c>2.10.0</c>; <c>null</c> if it is unknown.</summary>
    public static Version? Version
    {
        get
        {
            // A function of libtorch's stable interface: the bytes from the highest one on are major, minor and patch.
            if (
                LoadedLibrary is { } library
                && NativeLibrary.TryLoad(library, out nint handle)
                && NativeLibrary.TryGetExport(handle, "aoti_torch_abi_version", out nint function)
            )
            {
                ulong version = ((delegate* unmanaged<ulong>)function)();
                return new Version((int)(version >> 56), (int)(version >> 48) & 0xff, (int)(version >> 40) & 0xff);
            }

            return null;
        }
    }

    private static string? LoadedLibrary
    {
        get
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            return process
                .Modules.Cast<System.Diagnostics.ProcessModule>()
                .FirstOrDefault(m =>
                    string.Equals(m.ModuleName, TorchFolder.FileOf("torch_cpu"), StringComparison.OrdinalIgnoreCase)
                )
                ?.FileName;
        }
    }

    /// <summary>
    /// Loads libtorch. On Linux systems whose libstdc++ is older than GCC 13 (Debian 12, Ubuntu 22.04, RHEL 9),
    /// TorchSharp's own library requires one symbol version that is missing. A copy with this requirement marked as
    /// weak is loaded instead.
    /// </summary>
    /// <param name="threads">The number of compute threads; 0 uses libtorch's default, one per core.</param>
    /// <param name="tuneAllocator">
    /// Whether freed memory is kept in the process, which makes training on a CPU up to twice as fast.
    /// </param>
    /// <param name="folder">
    /// The folder of another libtorch, see <see cref="TorchFolder.Find"/>; <c>null</c> uses <see
    /// cref="FolderVariable"/>, or else the libtorch that Mien contains.
    /// </param>
    /// <exception cref="TrainingException">The library cannot be loaded; the message says what is missing.</exception>
    public static void Initialize(int threads = 0, bool tuneAllocator = true, string? folder = null)
    {
        lock (Gate)
        {
            TorchFolder? other = Other(folder);
            if (initialized && other is not null && other.Path != loaded?.Path)
            {
                throw new TrainingException(
                    ErrorKind.BadUsage,
                    "badLibTorch",
                    $"libtorch was already loaded from '{LoadedFrom}', so that of '{other.Path}' cannot be used in "
                        + $"this process."
                );
            }

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
                    if (other is not null)
                    {
                        Load(other);
                    }
                    else if (Directory.Exists(BundledFolder))
                    {
                        Load(TorchFolder.Find(BundledFolder, "mien-lab"));
                    }

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

    private static TorchFolder? Other(string? folder) =>
        folder is { Length: > 0 } ? TorchFolder.Find(folder, "--libtorch")
        : Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } variable
            ? TorchFolder.Find(variable, FolderVariable)
        : null;

    /// <summary>The libtorch that comes with Mien, if it is in a folder of its own.</summary>
    private static string BundledFolder => Path.Combine(AppContext.BaseDirectory, "libtorch");

    /// <summary>Loads libtorch before TorchSharp looks for it.</summary>
    private static void Load(TorchFolder folder)
    {
        // TorchSharp would load the libtorch in the search directories as well, and two copies end the process.
        if (IsInSearchDirectories("torch_cpu"))
        {
            throw new TrainingException(
                ErrorKind.BadUsage,
                "badLibTorch",
                "This build contains its libtorch where TorchSharp finds it (on macOS, or built with -p:TorchCuda), "
                    + "so it cannot use another one. Omit --libtorch and MIEN_LIBTORCH, or build it on Linux or "
                    + "Windows without -p:TorchCuda."
            );
        }

        IReadOnlyList<string> missing = folder.Missing(name => NativeLibrary.TryLoad(name, out _));
        if (missing.Count > 0)
        {
            throw folder.MissingError(missing);
        }

        // The dynamic loader takes a library that is needed by its name from those that are loaded already. So the
        // libraries of CUDA are found without LD_LIBRARY_PATH, which a process cannot set for itself.
        foreach (string library in folder.LoadOrder())
        {
            try
            {
                NativeLibrary.Load(library);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                throw new TrainingException(
                    ErrorKind.BadUsage,
                    "badLibTorch",
                    $"{library} cannot be loaded: {e.Message.Trim()}",
                    e
                );
            }
        }

        Version? version = Version;
        TorchFolder.CheckVersion(version, version?.ToString(), $"'{folder.Path}'");
        loaded = folder;
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

    private static bool IsInSearchDirectories(string library) =>
        SearchDirectories().Any(d => File.Exists(Path.Combine(d, TorchFolder.FileOf(library))));

    private static IEnumerable<string> SearchDirectories()
    {
        string listed = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return listed
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"));
    }
}
