using Mien.CommandLine;

namespace Mien.Lab;

/// <summary>Checks the names of files to write before the work begins and not after it.</summary>
internal static class OutputFiles
{
    /// <summary>Refuses what cannot be the name of a file, and makes its folder where that is missing.</summary>
    public static string Check(string path, string option)
    {
        if (string.IsNullOrWhiteSpace(path) || Directory.Exists(path))
        {
            throw new UsageException(
                $"{option}: '{path}' is {(Directory.Exists(path) ? "a folder" : "empty")}, expected the name "
                    + $"of a file to write."
            );
        }

        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
