using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace Mien.Server.PageTests;

/// <summary>The view of one photo: input of photos, boxes and panel.</summary>
[Collection(OneBrowser.Name)]
public sealed class PhotoTests(PageFixture pages)
{
    private const string View = "#view-photo";

    private static BrowserNewContextOptions ReducedMotionOptions => new() { ReducedMotion = ReducedMotion.Reduce };

    [Fact]
    public async Task A_photo_gets_boxes_on_the_faces_and_bars_for_the_chosen_face()
    {
        await using OpenedPage page = await pages.OpenAsync(ReducedMotionOptions);
        JsonElement result = await pages.AskAsync(
            await File.ReadAllBytesAsync(Files.Photo),
            "?crops=true&explain=true"
        );
        JsonElement[] faces = [.. result.GetProperty("faces").EnumerateArray()];
        Assert.Equal(7, faces.Length);

        await page.ChooseAsync("Choose photos", Files.Photo);
        await page.FacesAsync(faces.Length);

        await AssertDrawn(page, result);
        await AssertPanel(page, faces, 0);
        int uncertain = Array.FindIndex(faces, f => f.GetProperty("uncertain").GetBoolean());
        Assert.Equal(1, uncertain);
        await page.Get($"{View} .face").Nth(uncertain).ClickAsync();
        await AssertPanel(page, faces, uncertain);
        await page.Get($"{View} .chip").Nth(3).ClickAsync();
        await AssertPanel(page, faces, 3);
        await page.CheckAsync("photo-light");

        // The boxes follow the photo when the window changes its size.
        await page.Page.SetViewportSizeAsync(700, 800);
        await AssertDrawn(page, result);
    }

    [Fact]
    public async Task A_face_without_contrast_is_uncertain_and_says_why()
    {
        await using OpenedPage page = await pages.OpenAsync(ReducedMotionOptions);
        using var folder = new TempFolder();

        await page.ChooseAsync("Choose photos", folder.WriteGray("blank.png", 16));
        await page.FacesAsync(1);

        await Assertions.Expect(page.Get($"{View} .panel .badge")).ToHaveTextAsync("uncertain: no contrast");
        await Assertions
            .Expect(page.Get($"{View} .panel-meaning"))
            .ToHaveTextAsync(
                "Do not rely on this label: the cut-out face has no contrast, so there is no face to see in it."
            );
    }

    [Fact]
    public async Task The_sample_is_the_photo_of_the_repository()
    {
        await using OpenedPage page = await pages.OpenAsync();
        IAPIResponse sample = await page.Page.APIRequest.GetAsync(pages.Address + "sample.jpg");
        Assert.Equal(await File.ReadAllBytesAsync(Files.Photo), await sample.BodyAsync());
        await page.CheckAsync("start-light");

        await page.Get("#sample").ClickAsync();

        await page.FacesAsync(7);
        await Assertions.Expect(page.Get("#photo-title")).ToHaveTextAsync("sample.jpg");
        await Assertions
            .Expect(page.Get("#live"))
            .ToHaveTextAsync(
                "7 faces found: 2 anger (1 uncertain), 1 fear (uncertain), 1 happiness, 1 sadness, 1 surprise, "
                    + "1 neutral."
            );
    }

    /// <summary>The picture that it keeps as readme.png is docs/images/page.png.</summary>
    [Fact]
    public async Task The_default_model_classifies_every_face_of_the_sample_correctly()
    {
        (WebApplication server, Uri address) = await PageFixture.StartAsync(
            new ServerOptions { Rate = 0 },
            BuiltInModels.Default
        );
        await using WebApplication stopped = server;
        await using OpenedPage page = await pages.OpenAsync(ReducedMotionOptions, address);

        await page.ChooseAsync("Choose photos", Files.Photo);

        await page.FacesAsync(Expressions.Count);
        for (int i = 0; i < Expressions.Count; i++)
        {
            await Assertions
                .Expect(page.Get($"{View} .face").Nth(i))
                .ToContainTextAsync(Expressions.Names[i] + "\u00a0"); // no question mark, which marks uncertain ones
        }

        await Assertions.Expect(page.Get($"{View} .heat-box img")).ToBeVisibleAsync();
        await Assertions.Expect(page.Get("#model-name")).ToContainTextAsync(BuiltInModels.Default);
        await page.CheckAsync("readme");
        await server.StopAsync();
    }

    [Fact]
    public async Task Files_and_folders_can_be_dropped()
    {
        await using OpenedPage page = await pages.OpenAsync();
        await DropAsync(page, Files.Faces[0]);
        await page.FacesAsync(1);
        await Assertions.Expect(page.Get($"{View} .facts").First).ToContainTextAsync("treated as one face crop");
        (double x, double y, double width, double height) = await page.DrawnBoxAsync(View, "0");
        // the whole image, except for a margin in which the frame is visible
        Check.All((double[])[x, y], v => Assert.InRange(v, 0.005, 0.03));
        Check.All((double[])[width, height], v => Assert.InRange(v, 0.94, 0.99));
        await page.CheckAsync("face-crop");

        await DropAsync(page, Path.GetDirectoryName(Files.Faces[0])!);
        await Assertions.Expect(page.Get("#gallery-title")).ToHaveTextAsync("7 photos");
    }

    [Fact]
    public async Task An_image_can_be_pasted()
    {
        await using OpenedPage page = await pages.OpenAsync();
        await page.Page.EvaluateAsync(
            """
            async () => {
              const image = new Image();
              image.src = 'sample.jpg';
              await image.decode();
              const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
              canvas.getContext('2d').drawImage(image, 0, 0);
              await navigator.clipboard.write([new ClipboardItem({ 'image/png': await canvas.convertToBlob() })]);
            }
            """
        );

        await page.Page.Keyboard.PressAsync("Control+V");

        await page.FacesAsync(7);
        await Assertions.Expect(page.Get($"{View} .facts").First).ToContainTextAsync("1280×720 pixels · 7 faces");
    }

    [Fact]
    public async Task A_photo_without_a_face_gets_advice()
    {
        await using OpenedPage page = await pages.OpenAsync();
        await page.Get("#files")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "wall.png",
                    MimeType = "image/png",
                    Buffer = Files.Empty(),
                }
            );
        await Assertions.Expect(page.Get($"{View} .empty h2")).ToHaveTextAsync("No face was found");
        await Assertions.Expect(page.Get($"{View} .panel")).ToBeHiddenAsync();
        await page.CheckAsync("no-face");

        IRequest request = await page.Page.RunAndWaitForRequestAsync(
            () => page.Button("Find small faces").ClickAsync(),
            r => r.Url.Contains("/v1/faces", StringComparison.Ordinal)
        );

        Assert.Contains("tiles=all", request.Url, StringComparison.Ordinal);
        await Assertions.Expect(page.Button("Find small faces")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Get("#live")).ToHaveTextAsync("Still no face was found.");
    }

    [Fact]
    public async Task A_second_detection_replaces_the_faces_and_late_heat_maps_of_the_first_are_ignored()
    {
        await using OpenedPage page = await pages.OpenAsync(ReducedMotionOptions);
        JsonElement closer = await pages.AskAsync(
            await File.ReadAllBytesAsync(Files.Photo),
            "?crops=true&explain=true&tiles=all"
        );
        JsonElement first = await pages.AskAsync(
            await File.ReadAllBytesAsync(Files.Faces[0]),
            "?crops=true&explain=true"
        );
        TaskCompletionSource held = new(),
            answered = new();
        await page.Page.RouteAsync(
            "**/v1/faces?crops=true&explain=true",
            async route =>
            {
                await held.Task; // the heat maps of the first detection arrive last
                try
                {
                    await route.FulfillAsync(new RouteFulfillOptions { Json = first });
                }
                catch (PlaywrightException)
                {
                    // The page has cancelled the request.
                }

                answered.SetResult();
            }
        );
        await page.Get("#files").SetInputFilesAsync(Files.Photo);
        await page.FacesAsync(7);
        await page.Get($"{View} .chip").Nth(3).ClickAsync();
        await page.Button("Find small faces").ClickAsync();

        await page.FacesAsync(closer.GetProperty("faces").GetArrayLength());
        string map = closer.GetProperty("faces")[0].GetProperty("explanation").GetProperty("image").GetString()!;
        await Assertions.Expect(page.Get($"{View} .heat-box img")).ToHaveAttributeAsync("src", map);
        held.SetResult();
        await answered.Task;
        // enough time to show the late response
        await page.Page.EvaluateAsync("() => new Promise((done) => setTimeout(done, 300))");
        await page.Get($"{View} .chip").Nth(1).ClickAsync();
        await page.Get($"{View} .chip").Nth(0).ClickAsync();
        Assert.Equal(map, await page.Get($"{View} .heat-box img").GetAttributeAsync("src"));
        await AssertDrawn(page, closer);
    }

    private static async Task AssertDrawn(OpenedPage page, JsonElement result)
    {
        (double width, double height) = (
            result.GetProperty("width").GetDouble(),
            result.GetProperty("height").GetDouble()
        );
        int i = 0;
        foreach (JsonElement face in Check.NotEmpty(result.GetProperty("faces").EnumerateArray()))
        {
            JsonElement box = face.GetProperty("box");
            (double x, double y, double w, double h) = await page.DrawnBoxAsync(
                View,
                i.ToString(System.Globalization.CultureInfo.InvariantCulture)
            );
            Assert.Equal(box.GetProperty("x").GetDouble() / width, x, 0.003);
            Assert.Equal(box.GetProperty("y").GetDouble() / height, y, 0.005);
            Assert.Equal(box.GetProperty("width").GetDouble() / width, w, 0.003);
            Assert.Equal(box.GetProperty("height").GetDouble() / height, h, 0.005);
            string question = face.GetProperty("uncertain").GetBoolean() ? "?" : "";
            string percent = OpenedPage.Percent(face.GetProperty("confidence").GetDouble());
            Assert.Equal(
                $"{face.GetProperty("label").GetString()}{question}\u00a0{percent}",
                await page.Get($"{View} .face").Nth(i).TextContentAsync()
            );
            i++;
        }

        // The photo keeps its aspect ratio.
        double[] shown = await page.Page.EvaluateAsync<double[]>(
            "() => { const b = document.querySelector('#view-photo .photo').getBoundingClientRect(); return "
                + "[b.width, b.height]; }"
        );
        Assert.Equal(width / height, shown[0] / shown[1], 0.01);
    }

    private static async Task AssertPanel(OpenedPage page, JsonElement[] faces, int index)
    {
        JsonElement face = faces[index];
        string name = face.GetProperty("label").GetString()!;
        await Assertions
            .Expect(page.Get($"{View} .panel-number"))
            .ToHaveTextAsync($"Face {index + 1} of {faces.Length}");
        await Assertions
            .Expect(page.Get($"{View} .panel-name"))
            .ToHaveTextAsync(name, new LocatorAssertionsToHaveTextOptions { IgnoreCase = true });
        await Assertions
            .Expect(page.Get($"{View} .panel-share"))
            .ToHaveTextAsync(OpenedPage.Percent(face.GetProperty("confidence").GetDouble()));
        await Assertions
            .Expect(page.Get($"{View} .panel .badge"))
            .ToBeVisibleAsync(
                new LocatorAssertionsToBeVisibleOptions { Visible = face.GetProperty("uncertain").GetBoolean() }
            );
        await Assertions.Expect(page.Get($"{View} .face").Nth(index)).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(page.Get($"{View} .chip input").Nth(index)).ToBeCheckedAsync();
        await page.BarsAsync(View, face.GetProperty("scores"));
        await Assertions
            .Expect(page.Get($"{View} .crop-box img"))
            .ToHaveAttributeAsync("src", face.GetProperty("crop").GetString()!);

        // There is a heat map if the service returns one.
        ILocator heat = page.Get($"{View} .heat-box img");
        if (face.TryGetProperty("explanation", out JsonElement explanation))
        {
            await Assertions.Expect(heat).ToHaveAttributeAsync("src", explanation.GetProperty("image").GetString()!);
        }
        else
        {
            await Assertions.Expect(heat).ToBeHiddenAsync();
        }
    }

    /// <summary>Drops a file or folder, with the browser's own handling of both.</summary>
    private static async Task DropAsync(OpenedPage page, string path)
    {
        ICDPSession session = await page.Page.Context.NewCDPSessionAsync(page.Page);
        foreach (string type in (string[])["dragEnter", "dragOver", "drop"])
        {
            await session.SendAsync(
                "Input.dispatchDragEvent",
                new Dictionary<string, object>
                {
                    ["type"] = type,
                    ["x"] = 400,
                    ["y"] = 400,
                    ["data"] = new Dictionary<string, object>
                    {
                        ["items"] = Array.Empty<object>(),
                        ["files"] = new[] { path },
                        ["dragOperationsMask"] = 1,
                    },
                }
            );
        }
    }
}
