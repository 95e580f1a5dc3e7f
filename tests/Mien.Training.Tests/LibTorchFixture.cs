using System.Security.Cryptography;
using Mien.Training.Tests;

// Tests count live tensors and expect identical bits, so they run one at a time, on one thread of libtorch.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(LibTorchFixture))]

namespace Mien.Training.Tests;

/// <summary>Loads libtorch once for all tests, and records the state of TorchSharp's library before that.</summary>
public sealed class LibTorchFixture
{
    public const string Library = "libLibTorchSharp.so";

    public LibTorchFixture()
    {
        HashesBefore = Hashes();
        LibTorch.Initialize(threads: 1);
    }

    /// <summary>The hash of each file by its path, before libtorch was loaded.</summary>
    public IReadOnlyDictionary<string, string> HashesBefore { get; }

    /// <summary>TorchSharp's library in the output folder; <c>null</c> on systems other than Linux.</summary>
    public static string? InOutput =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, Library, SearchOption.AllDirectories).FirstOrDefault();

    /// <summary>
    /// The hashes of TorchSharp's library in the output folder and in the package cache, if they exist.
    /// </summary>
    public static Dictionary<string, string> Hashes()
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string package = Path.Combine(cache, "torchsharp");
        IEnumerable<string> cached = Directory.Exists(package)
            ? Directory.EnumerateFiles(package, Library, SearchOption.AllDirectories)
            : [];
        return (InOutput is { } own ? cached.Append(own) : cached).ToDictionary(
            f => f,
            f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))
        );
    }
}
