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

    [Fact]
    public async Task The_page_reacts_to_mouse_wheel_keys_and_buttons()
    {
        string? browser = Find();
        if (browser is null)
        {
            Requirements.Missing(Requirements.Chromium, "No Chromium was found, so the page's script was not run.");
        }

        using var folder = new TempFolder();
        string file = Path.Combine(folder.Path, "page.html");
        VideoChart.Write(file, DemoVideo.Summary());
        File.AppendAllText(file, $"<pre id=\"result\"></pre><script>{Actions}</script>");
        string html = await Run(browser, folder.Path, new Uri(file).AbsoluteUri);
        string result = html[(html.IndexOf("<pre id=\"result\">", StringComparison.Ordinal) + 17)..];
        string[] lines = result[..result.IndexOf("</pre>", StringComparison.Ordinal)].Split('\n');

        // The first third of the plot is at about 30 s; track 2 was missing from 24 to 38 s.
        Assert.Matches("^hover 0:(29.8|30).*neutral9[0-9] %", lines[0]);
        Assert.Matches("^zoomed 0:[12]", lines[1]);
        Assert.Matches("^keys 0:00.4[0-9], neutral", lines[2]);
        Assert.Matches("^missing 0:(29.9|30).*not seen", lines[3]);
        Assert.Equal("legend false", lines[4]);
        Assert.Equal("theme dark", lines[5]);
        Assert.Matches("^raw neutral9[0-9] %", lines[6]);
        Assert.Equal("errors 0", lines[7]);
    }

    private const string Actions = """
        (() => {
          const lines = [];
          let errors = 0;
          addEventListener("error", () => errors++);
          const plots = document.querySelectorAll(".plot");
          const tip = plot => plot.querySelector(".tip");
          const fire = (plot, type, share, more) => {
            const box = plot.getBoundingClientRect();
            const clientX = box.left + 46 + share * (box.width - 56);
            const Kind = type === "wheel" ? WheelEvent : PointerEvent;
            plot.dispatchEvent(new Kind(type, { clientX, bubbles: true, cancelable: true, ...more }));
          };
          const key = (plot, name) => plot.dispatchEvent(new KeyboardEvent("keydown", { key: name, cancelable: true }));
          plots[0].focus();
          fire(plots[0], "pointermove", 1 / 3);
          lines.push("hover " + tip(plots[0]).textContent);
          fire(plots[0], "wheel", 1 / 3, { deltaY: -200 });
          fire(plots[0], "pointermove", 0);
          lines.push("zoomed " + tip(plots[0]).textContent);
          key(plots[0], "0");
          key(plots[0], "Home");
          key(plots[0], "ArrowRight");
          lines.push("keys " + plots[0].getAttribute("aria-valuetext"));
          plots[1].focus();
          fire(plots[1], "pointermove", 1 / 3);
          lines.push("missing " + tip(plots[1]).textContent);
          const button = document.querySelector("#legend button");
          button.click();
          lines.push("legend " + button.getAttribute("aria-pressed"));
          document.getElementById("theme").click();
          lines.push("theme " + document.documentElement.dataset.theme);
          document.getElementById("raw").click();
          plots[0].focus();
          fire(plots[0], "pointermove", 0.05);
          lines.push("raw " + tip(plots[0]).textContent.replace(/.*neutral/, "neutral"));
          // A timer, which virtual time always runs: on a busy machine no animation frame may come before its end.
          setTimeout(() => {
            document.getElementById("result").textContent = [...lines, "errors " + errors, ""].join("\n");
          }, 1000);
        })();
        """;

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
