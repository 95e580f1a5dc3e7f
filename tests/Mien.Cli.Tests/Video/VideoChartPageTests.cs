using System.Diagnostics;

namespace Mien.Cli.Tests;

/// <summary>Runs the script of the chart's page in an installed Chromium.</summary>
public sealed class VideoChartPageTests
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

    [Fact]
    public async Task The_script_of_the_page_runs()
    {
        string? browser = Find();
        if (browser is null)
        {
            Requirements.Missing(Requirements.Chromium, "No Chromium was found, so the page's script was not run.");
        }

        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "a & b.html");
        VideoChart.Write(file, DemoVideo.Summary("</script>.mp4"));
        string html = await Run(browser, folder.Path, new Uri(file).AbsoluteUri);

        // The script shows the legend and a plot per track, and sets the theme last.
        Assert.Contains("data-theme=\"light\"", html, StringComparison.Ordinal);
        Assert.Contains(">happiness</button>", html, StringComparison.Ordinal);
        Assert.Equal(3, html.Split("role=\"slider\"").Length - 1);
        Assert.Contains("<h1>&lt;/script&gt;.mp4</h1>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"tools\" hidden", html, StringComparison.Ordinal);
    }

    private static async Task<string> Run(string browser, string folder, string url)
    {
        var start = new ProcessStartInfo(browser) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            $"--user-data-dir={Path.Combine(folder, "profile")}",
            "--virtual-time-budget=3000",
            "--dump-dom",
            url,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MIEN_CHROMIUM") is { Length: > 0 } named)
        {
            return named;
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        return folders.SelectMany(f => Names.Select(name => Path.Combine(f, name))).FirstOrDefault(File.Exists);
    }
}
