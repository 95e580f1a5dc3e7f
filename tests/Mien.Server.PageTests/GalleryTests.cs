using System.Globalization;
using System.Text.Json;

namespace Mien.Server.PageTests;

/// <summary>The gallery of several photos.</summary>
[Collection(OneBrowser.Name)]
public sealed class GalleryTests(PageFixture pages)
{
    [Fact]
    public async Task Several_photos_open_as_a_gallery_with_counts_a_filter_and_export()
    {
        await using OpenedPage page = await pages.OpenAsync();
        string[] good = [.. Files.Faces, Files.Photo];
        JsonElement[] results = await Task.WhenAll(
            good.Select(async f => await pages.AskAsync(await File.ReadAllBytesAsync(f)))
        );
        JsonElement[] faces = [.. results.SelectMany(r => r.GetProperty("faces").EnumerateArray())];
        Dictionary<string, JsonElement[]> byName = faces
            .GroupBy(f => f.GetProperty("label").GetString()!)
            .ToDictionary(g => g.Key, g => g.ToArray());
        FilePayload[] payloads =
        [
            .. good.Select(f => new FilePayload
            {
                Name = Path.GetFileName(f),
                MimeType = "image/png",
                Buffer = File.ReadAllBytes(f),
            }),
            new FilePayload
            {
                Name = "=bad.jpg",
                MimeType = "image/jpeg",
                Buffer = "no picture"u8.ToArray(),
            },
        ];

        await page.Get("#files").SetInputFilesAsync(payloads);

        await Assertions.Expect(page.Get("#gallery-title")).ToHaveTextAsync("9 photos");
        await Assertions
            .Expect(page.Get("#view-gallery .view-head .facts"))
            .ToHaveTextAsync($"{faces.Length} faces · {faces.Count(IsUncertain)} uncertain · 1 could not be read");
        foreach (string name in Expressions.Names)
        {
            JsonElement[] found = byName.GetValueOrDefault(name, []);
            int uncertain = found.Count(IsUncertain);
            string expected =
                uncertain > 0
                    ? $"{found.Length}, {uncertain} uncertain"
                    : found.Length.ToString(CultureInfo.InvariantCulture);
            await Assertions.Expect(page.Get($".counts .e-{name} .bar-value")).ToHaveTextAsync(expected);
        }

        await Assertions.Expect(page.Get(".thumb")).ToHaveCountAsync(9);
        await Assertions.Expect(page.Get(".thumb .boxes rect:not(.under)")).ToHaveCountAsync(faces.Length);
        await Assertions
            .Expect(page.Get(".thumb.failed .thumb-text"))
            .ToContainTextAsync("Unsupported or unreadable image.");
        await page.CheckAsync("gallery-light");

        // Choosing an expression filters the photos.
        int withHappiness = results.Count(r =>
            r.GetProperty("faces").EnumerateArray().Any(f => f.GetProperty("label").GetString() == "happiness")
        );
        await page.Get(".counts .e-happiness").ClickAsync();
        await Assertions.Expect(page.Get(".thumb:visible")).ToHaveCountAsync(withHappiness);
        await page.Get(".counts .e-happiness").ClickAsync();
        await Assertions.Expect(page.Get(".thumb:visible")).ToHaveCountAsync(9);

        await AssertFiles(page, results, faces.Length);

        // A photo opens, the next one follows, and the button leads back to the last photo in the gallery.
        await page.Get(".thumb").Nth(6).ClickAsync();
        await Assertions.Expect(page.Get("#photo-title")).ToHaveTextAsync("surprise.png");
        await page.Button("Next photo").ClickAsync();
        await Assertions.Expect(page.Get("#photo-title")).ToHaveTextAsync("photo.jpg");
        await page.FacesAsync(7);
        await page.Button("All photos").ClickAsync();
        await Assertions.Expect(page.Get(".thumb").Nth(7)).ToBeFocusedAsync();

        // The browser's Back does the same and loses nothing; Forward undoes it.
        await page.Get(".thumb").Nth(6).ClickAsync();
        await page.Page.GoBackAsync();
        await Assertions.Expect(page.Get(".thumb").Nth(6)).ToBeFocusedAsync();
        await page.Page.GoBackAsync();
        await Assertions.Expect(page.Get("#view-start")).ToBeVisibleAsync();
        await page.Page.GoForwardAsync();
        await Assertions.Expect(page.Get("#gallery-title")).ToHaveTextAsync("9 photos");
        await page.Page.GoForwardAsync();
        await Assertions.Expect(page.Get("#photo-title")).ToHaveTextAsync("surprise.png");

        // After a visit to the camera view, the photo and the gallery are still there.
        await page.Get("#tab-camera").ClickAsync();
        await page.Get("#tab-photos").ClickAsync();
        await Assertions.Expect(page.Get("#photo-title")).ToHaveTextAsync("surprise.png");
        await page.Button("All photos").ClickAsync();
        await Assertions.Expect(page.Get("#gallery-title")).ToBeVisibleAsync();

        await page.Button("Clear").ClickAsync();
        await Assertions.Expect(page.Get("#view-start")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Photos_can_be_added_to_a_gallery()
    {
        await using OpenedPage page = await pages.OpenAsync(
            new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark }
        );
        await page.ChooseAsync("Choose photos", Files.Faces.Take(2));
        await Assertions.Expect(page.Get("#gallery-title")).ToHaveTextAsync("2 photos");
        await page.ChooseAsync("Add photos", Files.Faces.Skip(2).Take(1));
        await Assertions.Expect(page.Get("#gallery-title")).ToHaveTextAsync("3 photos");
        await Assertions.Expect(page.Get(".thumb .boxes rect:not(.under)")).ToHaveCountAsync(3);
        await page.CheckAsync("gallery-dark");
    }

    private static bool IsUncertain(JsonElement face) => face.GetProperty("uncertain").GetBoolean();

    private static async Task AssertFiles(OpenedPage page, JsonElement[] results, int faces)
    {
        string[] lines = (await DownloadAsync(page, "CSV")).TrimEnd('\n').Split('\n');
        Assert.Equal(
            "path,status,isFaceCrop,imageWidth,imageHeight,faces,face,boxX,boxY,boxWidth,boxHeight,roll,"
                + "detectionScore,label,confidence,uncertain,"
                + string.Join(',', Expressions.Names)
                + ",error,model,expression,uncertainReason,size,sharpness,contrast,touchesEdge,yaw,head",
            lines[0]
        );
        Assert.Equal(1 + faces + 1, lines.Length);
        string first = results[0].GetProperty("faces")[0].GetProperty("label").GetString()!;
        Assert.StartsWith("anger.png,ok,true,48,48,1,1,0,0,48,48,0,,", lines[1], StringComparison.Ordinal);
        Assert.Contains($",{first},", lines[1], StringComparison.Ordinal);

        // The apostrophe keeps spreadsheets from evaluating the name as a formula.
        Assert.StartsWith("'=bad.jpg,error,", lines[^1], StringComparison.Ordinal);

        JsonElement[] list = [.. JsonDocument.Parse(await DownloadAsync(page, "JSON")).RootElement.EnumerateArray()];
        Assert.Equal(9, list.Length);
        for (int i = 0; i < results.Length; i++)
        {
            JsonElement[] written = [.. list[i].GetProperty("faces").EnumerateArray()];
            Assert.Equal(
                results[i].GetProperty("faces").EnumerateArray().Select(f => f.GetProperty("confidence").GetSingle()),
                written.Select(f => f.GetProperty("confidence").GetSingle())
            );
            Check.All(written, f => Assert.False(f.TryGetProperty("crop", out _)));
        }

        Assert.Equal("error", list[^1].GetProperty("status").GetString());
    }

    private static async Task<string> DownloadAsync(OpenedPage page, string button)
    {
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(() =>
            page.Get("#view-gallery").GetByText(button, new LocatorGetByTextOptions { Exact = true }).ClickAsync()
        );
        return await File.ReadAllTextAsync(await download.PathAsync());
    }
}
