using System.Globalization;
using System.Text.RegularExpressions;

namespace Mien.Training;

/// <summary>
/// A folder with the libraries of libtorch: an unpacked libtorch, or the folder <c>torch/lib</c> of Python's PyTorch.
/// Nothing is loaded here. Immutable.
/// </summary>
internal sealed partial class TorchFolder
{
    /// <summary>The lowest version of libtorch that TorchSharp's library can be linked with.</summary>
    public static readonly Version MinVersion = new(2, 10);

    /// <summary>The highest version of libtorch with which trainings ran.</summary>
    public static readonly Version MaxTriedVersion = new(2, 11);

    private const string Remedy =
        "Give the folder of an unpacked libtorch, of Python's package 'torch' (\"python3 -c 'import torch; "
        + "print(torch.__path__[0])'\" prints it), or its subfolder lib.";

    private TorchFolder(string path)
    {
        Path = path;
        VersionText = ReadVersion(path);
        Version = Parse(VersionText);

        // The wheels of PyTorch find CUDA in packages of their own beside the package 'torch'.
        string packages = System.IO.Path.GetFullPath(System.IO.Path.Combine(path, "..", "..", "nvidia"));
        CudaFolders = Directory.Exists(packages)
            ?
            [
                .. Directory
                    .GetDirectories(packages)
                    .Order(StringComparer.Ordinal)
                    .Select(d => System.IO.Path.Combine(d, "lib"))
                    .Where(Directory.Exists),
            ]
            : [];
    }

    /// <summary>The full path of the folder with the libraries.</summary>
    public string Path { get; }

    /// <summary>
    /// The version that a file beside the libraries names, such as <c>2.11.0+cu130</c>; <c>null</c> if there is none.
    /// </summary>
    public string? VersionText { get; }

    /// <summary>Major and minor number of <see cref="VersionText"/>.</summary>
    public Version? Version { get; }

    /// <summary>The folders of CUDA's libraries, <c>nvidia/*/lib</c> beside the package <c>torch</c>.</summary>
    public IReadOnlyList<string> CudaFolders { get; }

    /// <summary>Whether it was built for CUDA.</summary>
    public bool HasCuda => Has("torch_cuda") && Has("c10_cuda");

    /// <summary>The file name of a library on this system: <c>libtorch.so</c> for <c>torch</c> on Linux.</summary>
    public static string FileOf(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{library}.dylib"
        : $"lib{library}.so";

    /// <summary>Finds libtorch in a folder that a user named, and checks that it is complete.</summary>
    /// <param name="given">
    /// The folder of the libraries or one above it: of an unpacked libtorch, of the package <c>torch</c>, of
    /// <c>site-packages</c>, or of a virtual environment of Python.
    /// </param>
    /// <param name="source">The option or variable that gave it, for messages.</param>
    /// <exception cref="TrainingException">There is no complete libtorch of a fitting version.</exception>
    public static TorchFolder Find(string given, string source)
    {
        if (!Directory.Exists(given))
        {
            throw Wrong($"{source}: folder '{given}' not found. {Remedy}");
        }

        string[] candidates = [.. Candidates(System.IO.Path.GetFullPath(given)).Where(Directory.Exists)];
        string[] parts = ["c10", "torch_cpu", "torch"];
        string? found =
            candidates.FirstOrDefault(c => File.Exists(System.IO.Path.Combine(c, FileOf("torch_cpu"))))
            ?? candidates.FirstOrDefault(c => parts.Any(p => File.Exists(System.IO.Path.Combine(c, FileOf(p)))));
        if (found is null)
        {
            throw Wrong($"{source}: there is no libtorch ({FileOf("torch_cpu")}) in '{given}'. {Remedy}");
        }

        var folder = new TorchFolder(found);
        string[] missing = [.. parts.Where(p => !folder.Has(p)).Select(FileOf)];
        if (missing.Length > 0)
        {
            throw Wrong(
                $"{source}: libtorch in '{found}' is incomplete, it lacks {string.Join(", ", missing)}. Install it "
                    + $"again."
            );
        }

        if (folder.Has("torch_cuda") != folder.Has("c10_cuda"))
        {
            string part = FileOf(folder.Has("torch_cuda") ? "c10_cuda" : "torch_cuda");
            throw Wrong($"{source}: libtorch in '{found}' is incomplete, it lacks {part}. Install it again.");
        }

        CheckVersion(folder.Version, folder.VersionText, $"{source} ('{found}')");
        return folder;
    }

    /// <summary>Checks the version of a libtorch.</summary>
    /// <param name="version">The version; <c>null</c> if unknown, which is accepted.</param>
    /// <param name="text">The version in full, for messages.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="TrainingException">It is too old, or of another major version.</exception>
    public static void CheckVersion(Version? version, string? text, string source)
    {
        if (version is not null && (version < MinVersion || version.Major != MinVersion.Major))
        {
            throw Wrong(
                $"{source}: found libtorch {text}, expected {MinVersion} or {MaxTriedVersion}: TorchSharp is made for "
                    + $"{MinVersion}. Install one of these, for example with \"pip install 'torch=={MinVersion}.*'\"."
            );
        }
    }

    /// <summary>
    /// The libraries to load, each after those that it needs; on systems other than Linux, libtorch's own in a fixed
    /// order.
    /// </summary>
    public IReadOnlyList<string> LoadOrder()
    {
        string[] roots = ["torch_global_deps", "c10", "torch_cpu", "c10_cuda", "torch_cuda", "torch"];
        string[] own = [.. roots.Where(Has).Select(r => System.IO.Path.Combine(Path, FileOf(r)))];
        if (!OperatingSystem.IsLinux())
        {
            return own;
        }

        var order = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string library in own)
        {
            Visit(library);
        }

        return order;

        void Visit(string library)
        {
            if (!seen.Add(System.IO.Path.GetFileName(library)))
            {
                return;
            }

            foreach (string needed in ElfDependencies.Of(library).Select(Locate).OfType<string>())
            {
                Visit(needed);
            }

            order.Add(library);
        }
    }

    /// <summary>
    /// Finds the libraries that libtorch needs and that are neither in its folder nor in those of CUDA, nor known to
    /// the system.
    /// </summary>
    /// <param name="isKnown">Whether the system's loader finds a library by its name.</param>
    /// <returns>Their names; none if nothing is missing, or on systems other than Linux.</returns>
    public IReadOnlyList<string> Missing(Func<string, bool> isKnown) =>
        OperatingSystem.IsLinux()
            ?
            [
                .. LoadOrder()
                    .SelectMany(ElfDependencies.Of)
                    .Distinct(StringComparer.Ordinal)
                    .Where(n => Locate(n) is null && !isKnown(n))
                    .Order(StringComparer.Ordinal),
            ]
            : [];

    /// <summary>The error for libraries that <see cref="Missing"/> found.</summary>
    public TrainingException MissingError(IReadOnlyList<string> missing)
    {
        const string Driver = "libcuda.so.1";
        string[] others = [.. missing.Where(m => m != Driver)];
        string cuda =
            CudaFolders.Count > 0
                ? $"CUDA's packages were found in {CudaFolders.Count} folders 'nvidia/*/lib' beside the package "
                    + $"'torch'; install the missing ones with \"pip install --force-reinstall torch\""
                : "There are no folders 'nvidia/*/lib' beside the package 'torch'; install PyTorch again with "
                    + "\"pip install --force-reinstall torch\"";
        string remedy =
            (missing.Contains(Driver) ? $"{Driver} is part of NVIDIA's driver: install the driver. " : "")
            + (
                others.Length > 0
                    ? $"{cuda}, or add the folder of {others[0]} to LD_LIBRARY_PATH before the start."
                    : ""
            );
        return Wrong(
            $"libtorch in '{Path}' needs {string.Join(", ", missing)}, which {(missing.Count == 1 ? "was" : "were")} "
                + $"not found. {remedy.Trim()}"
        );
    }

    private static TrainingException Wrong(string message) => new(ErrorKind.BadUsage, "badLibTorch", message);

    private static IEnumerable<string> Candidates(string folder)
    {
        yield return folder;
        yield return System.IO.Path.Combine(folder, "lib");
        yield return System.IO.Path.Combine(folder, "torch", "lib");
        yield return System.IO.Path.Combine(folder, "Lib", "site-packages", "torch", "lib");
        string library = System.IO.Path.Combine(folder, "lib");
        if (Directory.Exists(library))
        {
            foreach (string python in Directory.GetDirectories(library, "python3*").Order(StringComparer.Ordinal))
            {
                yield return System.IO.Path.Combine(python, "site-packages", "torch", "lib");
            }
        }
    }

    private bool Has(string library) => File.Exists(System.IO.Path.Combine(Path, FileOf(library)));

    /// <summary>The path of a library in the own folder or in one of CUDA's; <c>null</c> if it is in none.</summary>
    private string? Locate(string name) =>
        CudaFolders.Prepend(Path).Select(f => System.IO.Path.Combine(f, name)).FirstOrDefault(File.Exists);

    private static string? ReadVersion(string path)
    {
        string above = System.IO.Path.GetFullPath(System.IO.Path.Combine(path, ".."));
        string python = System.IO.Path.Combine(above, "version.py"),
            built = System.IO.Path.Combine(above, "build-version");
        return File.Exists(python) && PythonVersion().Match(File.ReadAllText(python)) is { Success: true } match
                ? match.Groups[1].Value
            : File.Exists(built) ? File.ReadAllText(built).Trim()
            : null;
    }

    private static Version? Parse(string? text) =>
        text is not null && Numbers().Match(text) is { Success: true } m
            ? new Version(
                int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture),
                int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture)
            )
            : null;

    [GeneratedRegex(@"__version__\s*=\s*['""]([^'""]+)['""]")]
    private static partial Regex PythonVersion();

    [GeneratedRegex(@"^(\d{1,4})\.(\d{1,4})")]
    private static partial Regex Numbers();
}
