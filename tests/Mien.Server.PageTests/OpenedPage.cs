using System.Globalization;
using System.Text.Json;

namespace Mien.Server.PageTests;

/// <summary>
/// The page in a browser. It records script errors, policy violations and requests to other hosts, which must not
/// occur.
/// </summary>
internal sealed class OpenedPage : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly List<string> problems = [];

    private OpenedPage(IBrowserContext context, IPage page, Uri address)
    {
        (this.context, Page) = (context, page);
        page.PageError += (_, error) => problems.Add("script: " + error);
        page.Console += (_, message) =>
        {
            // The browser also logs responses with an error status, which are expected.
            if (
                message.Type is "error" or "warning"
                && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)
            )
            {
                problems.Add($"{message.Type}: {message.Text}");
            }
        };
        page.Request += (_, request) =>
        {
            var target = new Uri(request.Url);
            if (target.Scheme is not ("blob" or "data") && target.Authority != address.Authority)
            {
                problems.Add("request to another host: " + request.Url);
            }
        };
    }

    public IPage Page { get; }

    public static async Task<OpenedPage> OpenAsync(IBrowserContext context, Uri address)
    {
        var opened = new OpenedPage(context, await context.NewPageAsync(), address);
        await opened.Page.GotoAsync(address.ToString());
        return opened;
    }

    public async ValueTask DisposeAsync() => await context.CloseAsync();

    public ILocator Get(string selector) => Page.Locator(selector);

    public ILocator Button(string name) =>
        Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    /// <summary>Chooses files as a user does, with the button and the browser's file chooser.</summary>
    public async Task ChooseAsync(string button, params IEnumerable<string> files)
    {
        IFileChooser chooser = await Page.RunAndWaitForFileChooserAsync(() => Button(button).ClickAsync());
        await chooser.SetFilesAsync(files);
    }

    /// <summary>Waits until the photo has the given number of boxes.</summary>
    public Task FacesAsync(int count) => Assertions.Expect(Get("#view-photo .face")).ToHaveCountAsync(count);

    /// <summary>The displayed box of a face, as fractions of the image.</summary>
    public async Task<(double X, double Y, double Width, double Height)> DrawnBoxAsync(string view, string key)
    {
        // Both are read in one call, so that live video does not change in between.
        double[] box = await Page.EvaluateAsync<double[]>(
            """
            ([view, key]) => {
              const frame = document.querySelector(`${view} .frame`).getBoundingClientRect();
              const box = document.querySelector(`${view} .face[data-key="${key}"]`).getBoundingClientRect();
              return [
                (box.x - frame.x) / frame.width, (box.y - frame.y) / frame.height,
                box.width / frame.width, box.height / frame.height,
              ];
            }
            """,
            new[] { view, key }
        );
        return (box[0], box[1], box[2], box[3]);
    }

    /// <summary>
    /// Asserts that the panel of a view shows the probabilities of a face, as texts and as bars.
    /// </summary>
    public async Task BarsAsync(string view, JsonElement probabilities)
    {
        foreach (JsonProperty probability in probabilities.EnumerateObject())
        {
            ILocator row = Get($"{view} .panel .bar-row[data-label={probability.Name}]");
            double expected = probability.Value.GetDouble();
            Assert.Equal(Percent(expected, 1), await row.Locator(".bar-value").TextContentAsync());
            // with reduced motion there is no transition, so the length is final
            await Assertions.Expect(row.Locator(".fill")).ToHaveCSSAsync("transition-duration", "0s");
            double share = await row.Locator(".fill")
                .EvaluateAsync<double>(
                    "e => e.getBoundingClientRect().width / e.parentElement.getBoundingClientRect().width"
                );
            double min =
                2.0 / await row.Locator(".track").EvaluateAsync<double>("e => e.getBoundingClientRect().width");
            Assert.Equal(Math.Max(expected, min), share, 0.01);
        }
    }

    /// <summary>Formats a percentage as the page does.</summary>
    public static string Percent(double fraction, int digits = 0) =>
        (fraction * 100).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        + "\u00a0%";

    /// <summary>Asserts that the page is not wider than the window.</summary>
    public async Task FitsAsync()
    {
        int[] widths = await Page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, innerWidth]");
        Assert.True(widths[0] <= widths[1], $"The page is {widths[0]} pixels wide in a window of {widths[1]}.");
    }

    /// <summary>Asserts that no problem was recorded.</summary>
    public void HasNoProblem() => Assert.Empty(problems);

    /// <summary>
    /// Takes a screenshot, and asserts that no problem was recorded and that axe-core finds no accessibility violation.
    /// </summary>
    public async Task CheckAsync(string name)
    {
        await Page.ScreenshotAsync(
            new PageScreenshotOptions { Path = Path.Combine(Files.Artifacts, name + ".png"), FullPage = true }
        );
        HasNoProblem();
        if (Files.Axe is not { } axe)
        {
            const string missing =
                "axe-core is missing, so accessibility was not tested. Install Node with npm and " + "build again.";
            Requirements.Missing(Requirements.Npm, missing);
            return;
        }

        await Page.EvaluateAsync(axe);
        string[] found = await Page.EvaluateAsync<string[]>(
            "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
                + ".map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)"
        );
        Assert.Empty(found);
    }
}
