using System.Globalization;

namespace Mien.Server.PageTests;

/// <summary>The video view of an opened page.</summary>
internal sealed class VideoPage(OpenedPage page)
{
    public const string View = "#view-video";

    /// <summary>Without motion a video does not play until somebody plays it.</summary>
    public static BrowserNewContextOptions Still => new() { ReducedMotion = ReducedMotion.Reduce };

    public OpenedPage Opened => page;

    public IPage Browser => page.Page;

    public ILocator Facts => Get(".view-head .facts");

    public ILocator Problem => Get(".notice.error");

    /// <summary>The current time and the duration, such as "0:00.40 / 0:04.00".</summary>
    public ILocator Time => Get(".time");

    public ILocator Progress => Get("[data-figure=analysis]");

    public ILocator Tracks => Get(".tracks .chip");

    /// <summary>Chooses a file in the video view and waits until the view shows it.</summary>
    public static async Task<VideoPage> OpenAsync(OpenedPage page, string path)
    {
        var video = new VideoPage(page);
        await video.ChooseAsync(path);
        await Assertions.Expect(page.Get($"{View} .player")).ToBeVisibleAsync();
        return video;
    }

    /// <summary>Chooses a file with the button of the video view.</summary>
    public async Task ChooseAsync(string path)
    {
        await page.Get("#tab-video").ClickAsync();
        await page.ChooseAsync("Choose a video", path);
    }

    public ILocator Get(string selector) => page.Get($"{View} {selector}");

    public ILocator Get(string selector, string text) =>
        page.Page.Locator($"{View} {selector}", new PageLocatorOptions { HasText = text });

    public ILocator Button(string name) => page.Button(name);

    /// <summary>Waits until the facts say that a number of frames is analysed.</summary>
    public Task AnalysedAsync(int frames) =>
        Assertions.Expect(Facts).ToContainTextAsync($"· {frames} frame{(frames == 1 ? "" : "s")} analysed");

    /// <summary>Analyses the whole video and waits for the end.</summary>
    /// <param name="rate">Frames per second as the choice has them; empty for every frame.</param>
    public async Task AnalyseAsync(string rate = "5")
    {
        await Get("#analysis-rate").SelectOptionAsync(rate);
        await Button("Analyse whole video").ClickAsync();
        await Assertions.Expect(Progress).ToContainTextAsync("analysed in");
    }

    /// <summary>Clicks in the chart, at a share of the video's duration.</summary>
    public async Task ClickChartAsync(double share)
    {
        ILocator surface = Get(".time-surface");
        LocatorBoundingBoxResult box = (await surface.BoundingBoxAsync())!;
        await surface.ClickAsync(
            new LocatorClickOptions
            {
                Position = new Position { X = (float)(share * box.Width), Y = box.Height / 2 },
            }
        );
    }

    /// <summary>The time of the video element.</summary>
    public Task<double> CurrentTimeAsync() =>
        Browser.EvaluateAsync<double>("() => document.querySelector('#view-video video').currentTime");

    /// <summary>Downloads the CSV file and reads it.</summary>
    public async Task<VideoRow[]> RowsAsync()
    {
        IDownload download = await Browser.RunAndWaitForDownloadAsync(() => Button("CSV").ClickAsync());
        return Read(await File.ReadAllTextAsync(await download.PathAsync()));
    }

    /// <summary>Reads a CSV file of the view.</summary>
    public static VideoRow[] Read(string csv)
    {
        string[] lines = csv.TrimEnd('\n').Split('\n');
        string[] names = lines[0].Split(',');
        return [.. lines[1..].Select(line => new VideoRow(names.Zip(line.Split(',')).ToDictionary()))];
    }
}

/// <summary>A row of the CSV file.</summary>
internal sealed class VideoRow(Dictionary<string, string> values)
{
    public double Time => Number("time");

    public string Status => Text("status");

    public bool IsCut => Text("cut") == "true";

    public int Faces => (int)Number("faces");

    public int Track => (int)Number("track");

    public string SmoothedLabel => Text("smoothedLabel");

    public IEnumerable<string> Names => values.Keys;

    public string Text(string name) => values[name];

    public double Number(string name) => double.Parse(values[name], CultureInfo.InvariantCulture);
}
