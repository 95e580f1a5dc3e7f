namespace Mien.Server.PageTests;

/// <summary>The browser of the machine, found by its path.</summary>
internal static class Chromium
{
    /// <summary>What to do where there is none.</summary>
    public const string Missing =
        "No Chromium was found, so the page was not tested. Install one ('apt-get install chromium' on "
        + "Debian), or name it in MIEN_CHROMIUM.";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

    private static readonly string[] Others =
    [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    /// <summary>The path; <see langword="null"/> where there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MIEN_CHROMIUM") is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? named
                : throw new FileNotFoundException($"MIEN_CHROMIUM names '{named}', which is not there.");
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        return folders
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .Concat(Others)
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Debian's takes a camera's pictures from a file, and asks nobody for leave.</summary>
    public static BrowserTypeLaunchOptions Options(string path, string video) =>
        new()
        {
            ExecutablePath = path,
            Headless = true,
            Args =
            [
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                $"--use-file-for-fake-video-capture={video}",
            ],
        };
}
