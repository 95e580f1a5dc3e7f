namespace Mien.CommandLine;

/// <summary>Checks the names of output files before the work begins.</summary>
internal static class OutputPath
{
    /// <summary>Rejects a path that cannot be a file.</summary>
    /// <param name="path">The file; <c>null</c> if no file was requested.</param>
    /// <param name="option">The option with the path, for the message.</param>
    /// <returns>The same path.</returns>
    /// <exception cref="UsageException">It is empty, or a folder.</exception>
    public static string? Check(string? path, string option) =>
        path is not null && (string.IsNullOrWhiteSpace(path) || Directory.Exists(path))
            ? throw new UsageException(
                $"{option}: '{path}' is {(Directory.Exists(path) ? "a folder" : "empty")}, expected the name "
                    + $"of a file to write."
            )
            : path;

    /// <summary>Checks the path and creates the folder of the file if it does not exist.</summary>
    /// <returns>The full path.</returns>
    /// <exception cref="UsageException">It is empty, or a folder.</exception>
    public static string Prepare(string path, string option)
    {
        string full = Path.GetFullPath(Check(path, option)!);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
