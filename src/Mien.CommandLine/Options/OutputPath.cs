namespace Mien.CommandLine;

/// <summary>Checks the names of files to write before the work begins and not after it.</summary>
internal static class OutputPath
{
    /// <summary>Refuses what cannot be the name of a file.</summary>
    /// <param name="path">The file; <c>null</c>: none is asked for.</param>
    /// <param name="option">The option that names it, for the message.</param>
    /// <returns>The same path.</returns>
    /// <exception cref="UsageException">It is empty, or a folder.</exception>
    public static string? Check(string? path, string option) =>
        path is not null && (string.IsNullOrWhiteSpace(path) || Directory.Exists(path))
            ? throw new UsageException(
                $"{option}: '{path}' is {(Directory.Exists(path) ? "a folder" : "empty")}, expected the name "
                    + $"of a file to write."
            )
            : path;

    /// <summary>Checks the name too, and makes the file's folder where that is missing.</summary>
    /// <returns>The full path.</returns>
    /// <exception cref="UsageException">It is empty, or a folder.</exception>
    public static string Prepare(string path, string option)
    {
        string full = Path.GetFullPath(Check(path, option)!);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
