namespace Mien.Data.Tests;

/// <summary>Finds the development files of FER2013; shared by the test projects that want them.</summary>
internal static class Fer2013Files
{
    /// <summary>
    /// The folder beside the repository, or where MIEN_FER2013 says; without it the test is skipped, on CI it fails.
    /// </summary>
    public static string Folder()
    {
        string? folder = Environment.GetEnvironmentVariable("MIEN_FER2013");
        for (
            DirectoryInfo? above = new(AppContext.BaseDirectory);
            folder is null && above is not null;
            above = above.Parent
        )
        {
            if (File.Exists(Path.Combine(above.FullName, "Mien.slnx")))
            {
                folder = Path.Combine(above.FullName, "..", "shared", "fer2013");
            }
        }

        if (folder is not null && File.Exists(Path.Combine(folder, "fer2013.csv.gz")))
        {
            return folder;
        }

        const string Message =
            "FER2013 is not at hand: expected ../shared/fer2013/fer2013.csv.gz beside the repository, or the "
            + "folder named by MIEN_FER2013.";
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", Message);
        Assert.Skip(Message);
        return "";
    }
}
