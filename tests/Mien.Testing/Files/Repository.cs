namespace Mien.Testing;

/// <summary>The repository that the tests run from.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>
    /// Gets the full path of a file or folder from its path in the repository, which is written with slashes.
    /// </summary>
    public static string PathOf(string relative) => Path.Combine(Root, Path.Combine(relative.Split('/')));

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Mien.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests do not run from inside the repository.");
    }
}
