namespace Mien.Testing;

/// <summary>Finds the files of FER2013.</summary>
public static class Fer2013Files
{
    /// <summary>
    /// Gets the folder next to the repository, or the one named by MIEN_FER2013. Without the files, the test is
    /// skipped, or fails if <see cref="Requirements"/> demand them.
    /// </summary>
    public static string Folder()
    {
        string folder = Environment.GetEnvironmentVariable("MIEN_FER2013") is { Length: > 0 } named
            ? named
            : Repository.PathOf("../shared/fer2013");
        if (!File.Exists(Path.Combine(folder, "fer2013.csv.gz")))
        {
            Requirements.Missing(
                Requirements.Fer2013,
                "FER2013 was not found: expected ../shared/fer2013/fer2013.csv.gz next to the repository, or the "
                    + "folder named by MIEN_FER2013."
            );
        }

        return folder;
    }
}
