using System.Net;
using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary><c>POST /v1/faces</c> without errors.</summary>
public sealed class FacesTests(SharedServer shared)
{
    private HttpClient Client => shared.Client;

    [Fact]
    public async Task The_response_is_the_JSON_of_the_library()
    {
        using HttpResponseMessage answer = await Client.PostAsync(
            "/v1/faces",
            Images.Body(Images.Group),
            TestContext.Current.CancellationToken
        );

        string expected = RecognitionJson.ToJson(shared.Server.Recognizer.Recognize(Images.Group), "brightness");
        Assert.Equal(expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(3, JsonDocument.Parse(expected).RootElement.GetProperty("faces").GetArrayLength());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task The_image_format_is_detected_from_the_content(string? type)
    {
        JsonElement image = await Client
            .PostAsync("/v1/faces", Images.Body(Images.Face(Expression.Fear), type))
            .JsonAsync();

        Assert.True(image.GetProperty("isFaceCrop").GetBoolean());
        Assert.Equal("fear", image.GetProperty("faces")[0].GetProperty("label").GetString());
    }

    [Theory]
    [InlineData("image.png")]
    [InlineData(null)]
    public async Task A_blank_crop_is_uncertain_with_its_reason(string? fileName)
    {
        byte[] blank = new GrayImage(48, 48, new byte[48 * 48]).EncodePng();
        using HttpContent body = fileName is null
            ? Images.Body(blank)
            : new MultipartFormDataContent { { Images.Body(blank), "image", fileName } };
        JsonElement image = await Client.PostAsync("/v1/faces", body).JsonAsync();
        JsonElement face = (fileName is null ? image : image.GetProperty("images")[0]).GetProperty("faces")[0];

        Assert.True(face.GetProperty("uncertain").GetBoolean());
        Assert.Equal(["noContrast"], face.GetProperty("uncertainReason").EnumerateArray().Select(r => r.GetString()));
    }

    [Fact]
    public async Task A_photo_without_a_face_is_not_an_error()
    {
        JsonElement image = await Client
            .PostAsync("/v1/faces", Images.Body(MadePhotos.Empty().EncodePng()))
            .JsonAsync();

        Assert.Equal("noFace", image.GetProperty("status").GetString());
        Assert.Equal(0, image.GetProperty("faces").GetArrayLength());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task Top_returns_only_the_largest_probabilities(int top)
    {
        JsonElement all = await Client.PostAsync("/v1/faces", Images.Body(Images.Face(Expression.Neutral))).JsonAsync();
        JsonElement few = await Client
            .PostAsync($"/v1/faces?top={top}", Images.Body(Images.Face(Expression.Neutral)))
            .JsonAsync();

        var expected = Probabilities(all).OrderByDescending(p => p.Value).Take(top).Select(p => p.Key).ToHashSet();
        Assert.Equal(Expressions.Names.Where(expected.Contains), Probabilities(few).Select(p => p.Key));
    }

    [Fact]
    public async Task A_photo_can_be_treated_as_a_crop_and_a_small_image_as_a_photo()
    {
        JsonElement crop = await Client.PostAsync("/v1/faces?crop=true", Images.Body(Images.Group)).JsonAsync();
        JsonElement photo = await Client
            .PostAsync("/v1/faces?crop=false", Images.Body(Images.Face(Expression.Fear)))
            .JsonAsync();

        Assert.Equal(
            """{"x":0,"y":0,"width":640,"height":512}""",
            crop.GetProperty("faces")[0].GetProperty("box").GetRawText()
        );
        Assert.Equal(
            (false, "noFace"),
            (photo.GetProperty("isFaceCrop").GetBoolean(), photo.GetProperty("status").GetString())
        );
    }

    [Fact]
    public async Task Given_boxes_are_used_unchanged()
    {
        JsonElement image = await Client
            .PostAsync("/v1/faces?boxes=20,40,80,80.5;300,60,60,60", Images.Body(Images.Group))
            .JsonAsync();

        Assert.Equal(
            ["""{"x":20,"y":40,"width":80,"height":80.5}""", """{"x":300,"y":60,"width":60,"height":60}"""],
            image.GetProperty("faces").EnumerateArray().Select(f => f.GetProperty("box").GetRawText())
        );
        Assert.Equal(0, image.GetProperty("detectorRuns").GetInt32());
    }

    [Fact]
    public async Task Crops_are_exactly_the_input_of_the_network()
    {
        JsonElement image = await Client.PostAsync("/v1/faces?crops=true", Images.Body(Images.Group)).JsonAsync();

        RecognitionResult expected = shared.Server.Recognizer.Recognize(
            Images.Group,
            options: new RecognitionOptions { KeepCrops = true }
        );
        string[] crops =
        [
            .. image.GetProperty("faces").EnumerateArray().Select(f => f.GetProperty("crop").GetString()!),
        ];
        Check.All(crops, c => Assert.StartsWith("data:image/png;base64,", c, StringComparison.Ordinal));
        Assert.Equal(
            expected.Faces.Select(f => f.Crop!.Pixels),
            crops.Select(c =>
                GrayImage.Decode(Convert.FromBase64String(c[(c.IndexOf(',', StringComparison.Ordinal) + 1)..])).Pixels
            )
        );
    }

    [Fact]
    public async Task Explain_returns_heat_maps()
    {
        JsonElement crop = await Client
            .PostAsync("/v1/faces?explain=true", Images.Body(Images.Face(Expression.Fear)))
            .JsonAsync();
        JsonElement photo = await Client.PostAsync("/v1/faces?explain=true", Images.Body(Images.Group)).JsonAsync();

        JsonElement[] faces = [crop.GetProperty("faces")[0], .. photo.GetProperty("faces").EnumerateArray()];
        Assert.Equal(4, faces.Length);
        Check.All(
            faces,
            face =>
            {
                JsonElement explanation = face.GetProperty("explanation");
                Assert.Equal(face.GetProperty("label").GetString(), explanation.GetProperty("label").GetString());
                Assert.Equal("occlusion", explanation.GetProperty("method").GetString());
                string picture = explanation.GetProperty("image").GetString()!;
                Assert.StartsWith("data:image/png;base64,", picture, StringComparison.Ordinal);
                Assert.Equal(
                    192,
                    GrayImage.Decode(Convert.FromBase64String(picture["data:image/png;base64,".Length..])).Width
                );
            }
        );
    }

    [Fact]
    public async Task Annotate_returns_the_annotated_image()
    {
        using HttpResponseMessage answer = await Client.PostAsync(
            "/v1/faces?annotate=true",
            Images.Body(Images.Group),
            TestContext.Current.CancellationToken
        );

        Assert.Equal(
            (HttpStatusCode.OK, "image/png"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType)
        );
        byte[] expected = PhotoAnnotator.Annotate(Images.Group, shared.Server.Recognizer.Recognize(Images.Group)).Data;
        Assert.Equal(expected, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Detection_options_are_passed_on()
    {
        JsonElement none = await Client.PostAsync("/v1/faces?minScore=1", Images.Body(Images.Group)).JsonAsync();
        JsonElement once = await Client.PostAsync("/v1/faces?tiles=none", Images.Body(Images.Group)).JsonAsync();
        JsonElement tiled = await Client.PostAsync("/v1/faces?tiles=all", Images.Body(Images.Group)).JsonAsync();

        Assert.Equal(0, none.GetProperty("faces").GetArrayLength());
        Assert.Equal(2, once.GetProperty("detectorRuns").GetInt32()); // two networks on the whole photo
        Assert.True(tiled.GetProperty("detectorRuns").GetInt32() > 2);
    }

    [Fact]
    public async Task A_bad_file_does_not_fail_the_others()
    {
        using MultipartFormDataContent form = Images.Form(
            ("страх.png", Images.Face(Expression.Fear)),
            ("notes.txt", "no picture"u8.ToArray()),
            ("empty.png", []),
            ("b.png", Images.Group)
        );
        JsonElement answer = await Client.PostAsync("/v1/faces", form).JsonAsync();

        JsonElement[] images = [.. answer.GetProperty("images").EnumerateArray()];
        Assert.Equal(
            ["страх.png", "notes.txt", "empty.png", "b.png"],
            images.Select(i => i.GetProperty("path").GetString())
        );
        Assert.Equal(["ok", "error", "error", "ok"], images.Select(i => i.GetProperty("status").GetString()));
        Assert.Equal("fear", images[0].GetProperty("faces")[0].GetProperty("label").GetString());
        Assert.Equal("notAnImage", images[1].GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("emptyFile", images[2].GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(3, images[3].GetProperty("faces").GetArrayLength());
    }

    [Fact]
    public async Task No_memory_is_held_after_the_responses()
    {
        await Client.PostAsync("/v1/faces", Images.Body(Images.Group)).JsonAsync();
        await using TestServer server = await TestServer.StartAsync();
        await server
            .Client.PostAsync("/v1/faces", Images.Form(("a.png", Images.Group), ("b.txt", [1, 2, 3])))
            .JsonAsync();
        await server.Client.PostAsync("/v1/faces", Images.Body([1, 2, 3])).ProblemAsync(415, "notAnImage");

        Assert.Equal((0, 0L), (server.Queue.Waiting, server.Budget.Held));
    }

    private static Dictionary<string, float> Probabilities(JsonElement image) =>
        image
            .GetProperty("faces")[0]
            .GetProperty("scores")
            .EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value.GetSingle());
}
