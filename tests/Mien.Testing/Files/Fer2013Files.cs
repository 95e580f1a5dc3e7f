namespace Mien.Testing;

/// <summary>Finds the development files of FER2013.</summary>
public static class Fer2013Files
{
    /// <summary>
    /// The folder beside the repository, or where MIEN_FER2013 says. Without it the test is skipped, or fails where
    /// <see cref="Requirements"/> want it.
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
                "FER2013 is not at hand: expected ../shared/fer2013/fer2013.csv.gz beside the repository, or the "
                    + "folder named by MIEN_FER2013."
            );
        }

        return folder;
    }
}
