namespace Mien.Server.PageTests;

/// <summary>Finds an installed browser.</summary>
internal static class Chromium
{
    /// <summary>The message if there is none.</summary>
    public const string Missing =
        "No Chromium was found, so the page was not tested. Install one ('apt-get install chromium' on "
        + "Debian), or set MIEN_CHROMIUM to its path.";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

    private static readonly string[] Others =
    [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    /// <summary>The path of the browser; <see langword="null"/> if there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MIEN_CHROMIUM") is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? named
                : throw new FileNotFoundException($"MIEN_CHROMIUM is '{named}', which does not exist.");
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

    /// <summary>Options to start the browser, with a video file as its camera and without permission prompts.</summary>
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
