using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Mien.Server.PageTests;

/// <summary>The camera view, with the browser's fake camera that plays a generated video.</summary>
[Collection(OneBrowser.Name)]
public sealed class CameraTests(PageFixture pages)
{
    private const string View = "#view-camera";

    [Fact]
    public async Task The_camera_view_shows_live_results_pauses_and_exports_them()
    {
        await using OpenedPage page = await pages.OpenAsync(
            new BrowserNewContextOptions { ReducedMotion = ReducedMotion.Reduce }
        );
        var answers = new ConcurrentQueue<string>();
        page.Page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) => answers.Enqueue(frame.Text ?? "");
        await page.Get("#tab-camera").ClickAsync();
        await page.CheckAsync("camera-start-light");

        await page.Button("Start the camera").ClickAsync();
        await Assertions.Expect(page.Get($"{View} .face")).Not.ToHaveCountAsync(0);
        await MeasureAsync(page, answers);
        await AssertChart(page);
        await page.CheckAsync("camera-light");

        // While paused, the last result stays on display.
        await page.Button("Pause").ClickAsync();
        await Assertions.Expect(page.Button("Resume")).ToBeVisibleAsync();
        int received = await SettleAsync(answers);
        await AssertDrawn(page, JsonDocument.Parse(answers.Last()).RootElement, mirrored: true);
        await page.Get($"{View} .check input").UncheckAsync();
        await AssertDrawn(page, JsonDocument.Parse(answers.Last()).RootElement, mirrored: false);
        await AssertFile(page, answers);
        Assert.Equal(received, answers.Count);

        await page.Button("Resume").ClickAsync();
        await WaitAsync(() => answers.Count > received + 2);

        await page.Button("Stop").ClickAsync();
        await Assertions.Expect(page.Button("Start the camera")).ToBeFocusedAsync();
        Assert.False(
            await page.Page.EvaluateAsync<bool>("() => Boolean(document.querySelector('#view-camera video').srcObject)")
        );
    }

    [Fact]
    public async Task The_camera_view_fits_a_phone_in_the_dark_theme()
    {
        await using OpenedPage page = await pages.OpenAsync(
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = 360, Height = 780 },
                ColorScheme = ColorScheme.Dark,
            }
        );
        await page.Get("#tab-camera").ClickAsync();
        await page.Button("Start the camera").ClickAsync();
        await Assertions.Expect(page.Get($"{View} .face")).Not.ToHaveCountAsync(0);
        await Assertions
            .Expect(page.Get($"{View} .strip .line").First)
            .ToHaveAttributeAsync("d", new System.Text.RegularExpressions.Regex("L"));
        await page.Button("Pause").ClickAsync();
        await page.FitsAsync();
        await page.CheckAsync("camera-phone-dark");

        // Switching to another view releases the camera.
        await page.Get("#tab-photos").ClickAsync();
        Assert.False(
            await page.Page.EvaluateAsync<bool>("() => Boolean(document.querySelector('#view-camera video').srcObject)")
        );
    }

    [Fact]
    public async Task A_denied_camera_gets_a_message_with_advice()
    {
        await using OpenedPage page = await pages.OpenAsync();
        await page.Page.EvaluateAsync(
            "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('Permission "
                + "denied', 'NotAllowedError'); }; }"
        );
        await page.Get("#tab-camera").ClickAsync();
        await page.Button("Start the camera").ClickAsync();
        await Assertions
            .Expect(page.Get($"{View} .notice.error"))
            .ToContainTextAsync("Camera access was denied. Allow it in the address bar, then start again.");
        await Assertions.Expect(page.Button("Start the camera")).ToBeEnabledAsync();
    }

    /// <summary>Measures the frame rate for a while and stores it; the values are not asserted.</summary>
    private static async Task MeasureAsync(OpenedPage page, ConcurrentQueue<string> answers)
    {
        int before = answers.Count;
        var clock = Stopwatch.StartNew();
        await Task.Delay(1500);
        double rate = (answers.Count - before) / clock.Elapsed.TotalSeconds;
        await WaitAsync(() => answers.Count > before + 4);
        IReadOnlyList<string> texts = await page.Get($"{View} .figures dd").AllTextContentsAsync();
        Assert.Matches("^[0-9]+\\.[0-9]$", texts[0]);
        Assert.Matches("^[0-9]+ ms$", texts[1]);
        await File.WriteAllTextAsync(
            Path.Combine(Files.Artifacts, "camera.json"),
            JsonSerializer.Serialize(
                new
                {
                    video = $"{MadeVideo.Width}x{MadeVideo.Height}",
                    facesAFrame = JsonDocument.Parse(answers.Last()).RootElement.GetProperty("faces").GetArrayLength(),
                    framesASecond = Math.Round(rate, 1),
                    shownFramesASecond = texts[0],
                    shownLatency = texts[1],
                    shownServerTime = texts[2],
                    shownSkipped = texts[3],
                    processors = Environment.ProcessorCount,
                }
            )
        );
    }

    /// <summary>Asserts that each row has a line of several points that ends at the displayed value.</summary>
    private static async Task AssertChart(OpenedPage page)
    {
        await Assertions.Expect(page.Get($"{View} .strip")).ToHaveCountAsync(Expressions.Count);
        await page.Page.WaitForFunctionAsync(
            "view => document.querySelector(`${view} .strip .line`).getAttribute('d').split(/[ML]/).length > 3",
            View
        );
        foreach (string name in Expressions.Names)
        {
            ILocator row = page.Get($"{View} .strip-row.e-{name}");
            string[] drawn = await row.EvaluateAsync<string[]>(
                "r => [r.querySelector('.line').getAttribute('d'), r.querySelector('.bar-value').textContent]"
            );
            string[] points = drawn[0].Split('M', 'L')[1..];
            Assert.InRange(points.Length, 3, 301);
            double[] xs = [.. points.Select(p => double.Parse(p.Split(' ')[0], CultureInfo.InvariantCulture))];
            Assert.Equal(xs.Order(), xs);
            double last = double.Parse(points[^1].Split(' ')[1], CultureInfo.InvariantCulture);
            double value = double.Parse(drawn[1].TrimEnd('%', '\u00a0'), CultureInfo.InvariantCulture) / 100;
            Assert.Equal(29 - (value * 28), last, 0.3);
        }
    }

    private static async Task AssertDrawn(OpenedPage page, JsonElement answer, bool mirrored)
    {
        (double width, double height) = (
            answer.GetProperty("width").GetDouble(),
            answer.GetProperty("height").GetDouble()
        );
        JsonElement[] faces = [.. answer.GetProperty("faces").EnumerateArray()];
        await Assertions.Expect(page.Get($"{View} .face")).ToHaveCountAsync(faces.Length);
        foreach (JsonElement face in faces)
        {
            JsonElement box = face.GetProperty("box");
            (double left, double right) = (
                Math.Max(0, X(box)),
                Math.Min(width, X(box) + box.GetProperty("width").GetDouble())
            );
            (double x, double y, double w, _) = await page.DrawnBoxAsync(View, face.GetProperty("id").GetRawText());
            Assert.Equal((mirrored ? width - right : left) / width, x, 0.004);
            Assert.Equal(box.GetProperty("y").GetDouble() / height, y, 0.006);
            Assert.Equal((right - left) / width, w, 0.004);
        }

        string chosen = (await page.Get($"{View} .face.chosen").GetAttributeAsync("data-key"))!;
        await page.BarsAsync(
            View,
            faces.Single(f => f.GetProperty("id").GetRawText() == chosen).GetProperty("smoothed").GetProperty("scores")
        );

        static double X(JsonElement box) => box.GetProperty("x").GetDouble();
    }

    /// <summary>Asserts that the file has one line per face of each result.</summary>
    private static async Task AssertFile(OpenedPage page, ConcurrentQueue<string> answers)
    {
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(() =>
            page.Get($"{View} .controls").GetByText("CSV").ClickAsync()
        );
        string[] lines = (await File.ReadAllTextAsync(await download.PathAsync())).TrimEnd('\n').Split('\n');
        Assert.StartsWith(
            "time,seconds,frame,face,boxX,boxY,boxWidth,boxHeight,label,confidence,uncertain,anger,",
            lines[0],
            StringComparison.Ordinal
        );
        Assert.EndsWith(",neutralRaw,expression,uncertainReason", lines[0], StringComparison.Ordinal);
        int faces = answers.Sum(a =>
            JsonDocument.Parse(a).RootElement.TryGetProperty("faces", out JsonElement list) ? list.GetArrayLength() : 0
        );
        Assert.Equal(1 + faces, lines.Length);
        Check.All(lines, l => Assert.Equal(13 + (2 * Expressions.Count), l.Split(',').Length));
    }

    /// <summary>
    /// Waits until no more results arrive: after a pause, only frames in flight are still processed.
    /// </summary>
    private static async Task<int> SettleAsync(ConcurrentQueue<string> answers)
    {
        for (int last = -1; last != answers.Count; )
        {
            last = answers.Count;
            await Task.Delay(2000);
        }

        return answers.Count;
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "No more frames arrive.");
            await Task.Delay(50);
        }
    }
}
