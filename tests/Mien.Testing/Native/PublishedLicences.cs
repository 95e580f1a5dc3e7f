namespace Mien.Testing;

/// <summary>The licences that lie beside every native program.</summary>
internal static class PublishedLicences
{
    /// <summary>Their paths in the published folder: Mien's own, and those of what it is made of.</summary>
    public static readonly IReadOnlyList<string> Files =
    [
        "LICENSE",
        "THIRD-PARTY-NOTICES.md",
        "licences/dotnet-LICENSE.txt",
        "licences/dotnet-notices.txt",
        "licences/onnxruntime-LICENSE",
        "licences/onnxruntime-notices.txt",
        "licences/skia-LICENSE.txt",
        "licences/skia-notices.txt",
    ];

    /// <summary>The paths of all files in a folder, with slashes, in ordinal order.</summary>
    public static IEnumerable<string> AllFiles(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
}
