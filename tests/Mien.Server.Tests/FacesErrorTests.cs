using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>Errors of <c>POST /v1/faces</c>.</summary>
public sealed class FacesErrorTests(SharedServer shared)
{
    private HttpClient Client => shared.Client;

    [Theory]
    [InlineData("tops=3", "'tops' is not a parameter of this endpoint, expected top, crop, boxes")]
    [InlineData("top=3&top=4", "'top' is given 2 times, expected once.")]
    [InlineData("top=0", "'top' is '0', expected a whole number from 1 to 7.")]
    [InlineData("top=8", "expected a whole number from 1 to 7.")]
    [InlineData("top=1.5", "expected a whole number from 1 to 7.")]
    [InlineData("crop=yes", "'crop' is 'yes', expected true or false.")]
    [InlineData("crops=1", "'crops' is '1', expected true or false.")]
    [InlineData("annotate=", "'annotate' is '', expected true or false.")]
    [InlineData("tiles=some", "'tiles' is 'some', expected none, auto or all.")]
    [InlineData("minScore=2", "'minScore' is '2', expected a number from 0 to 1.")]
    [InlineData("minScore=NaN", "'minScore' is 'NaN'")]
    [InlineData("boxes=1,2,3", "'boxes' has '1,2,3', expected x,y,width,height in pixels")]
    [InlineData("boxes=1,2,0,4", "'boxes' has '1,2,0,4'")]
    [InlineData("boxes=1,2,NaN,4", "'boxes' has '1,2,NaN,4'")]
    [InlineData("boxes=", "'boxes' is empty")]
    [InlineData("crop=true&tiles=all", "'tiles' is an option of face detection, which does not run with 'crop'.")]
    [InlineData(
        "boxes=1,2,3,4&minScore=0.5",
        "'minScore' is an option of face detection, which does not run with 'boxes'."
    )]
    [InlineData("annotate=true&explain=true", "'annotate' returns an image")]
    [InlineData("crop=true&boxes=1,2,3,4", "'crop' and 'boxes' exclude each other")]
    [InlineData("smoothing=1", "'smoothing' is not a parameter of this endpoint")]
    public async Task Invalid_query_parameters(string query, string detail) =>
        Assert.Contains(
            detail,
            await Client
                .PostAsync("/v1/faces?" + query, Images.Body(Images.Face(Expression.Fear)))
                .ProblemAsync(400, "badQuery"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Too_many_boxes()
    {
        string boxes = string.Join(';', Enumerable.Repeat("1,2,3,4", 201));
        Assert.Equal(
            "'boxes' has 201 boxes, the limit is 200.",
            await Client.PostAsync("/v1/faces?boxes=" + boxes, Images.Body(Images.Group)).ProblemAsync(400, "badQuery")
        );
    }

    [Fact]
    public async Task A_box_outside_the_image() =>
        Assert.Contains(
            "is outside the image of 640×512",
            await Client
                .PostAsync("/v1/faces?boxes=5000,5000,10,10", Images.Body(Images.Group))
                .ProblemAsync(400, "boxOutside"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Every_kind_of_error_has_its_status()
    {
        string model = BrightnessModel.WriteDiverged(Path.GetTempFileName());
        await using TestServer diverged = await TestServer.StartAsync(o => o with { Model = model });
        await using TestServer full = await TestServer.StartAsync();
        Assert.True(full.Budget.TryReserve(TestServer.Options.MaxBufferedBytes));
        byte[] photo = Images.Group;
        var cases = new Dictionary<ErrorKind, (HttpClient Client, string Query, byte[] Body, int Status, string Code)>
        {
            [ErrorKind.BadInput] = (Client, "", photo[..(photo.Length / 2)], 422, "truncatedImage"),
            [ErrorKind.BadUsage] = (Client, "?boxes=5000,5000,10,10", photo, 400, "boxOutside"),
            [ErrorKind.Unavailable] = (full.Client, "", photo, 503, "busy"),
            [ErrorKind.Internal] = (diverged.Client, "?crop=true", Images.Face(Expression.Neutral), 500, "modelFailed"),
        };

        foreach (ErrorKind kind in Enum.GetValues<ErrorKind>())
        {
            (HttpClient client, string query, byte[] body, int status, string code) = cases[kind];
            string detail = await client.PostAsync("/v1/faces" + query, Images.Body(body)).ProblemAsync(status, code);

            ProblemKind listed = Assert.Single(ProblemKind.All, k => k.Code == code);
            Assert.Equal((kind, status), (listed.Kind, listed.Status));
            Assert.DoesNotContain(model, detail, StringComparison.Ordinal);
        }

        File.Delete(model);
    }

    [Fact]
    public async Task Bodies_that_are_not_images()
    {
        byte[] photo = Images.Group;
        Assert.Contains(
            "is empty (0 bytes)",
            await Client.PostAsync("/v1/faces", Images.Body([])).ProblemAsync(400, "emptyFile"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "a PDF document",
            await Client
                .PostAsync("/v1/faces", Images.Body("%PDF-1.7 and so on"u8.ToArray()))
                .ProblemAsync(415, "notAnImage"),
            StringComparison.Ordinal
        );
        await Client
            .PostAsync("/v1/faces", Images.Body(photo[..(photo.Length / 2)]))
            .ProblemAsync(422, "truncatedImage");
        Assert.Contains(
            "has the type text/plain, expected an image",
            await Client
                .PostAsync("/v1/faces", Images.Body("hello"u8.ToArray(), "text/plain"))
                .ProblemAsync(415, "unsupportedMediaType"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("identity", null)]
    [InlineData("Identity", null)]
    [InlineData("identity, IDENTITY,", null)]
    [InlineData("", null)]
    [InlineData("gzip", "gzip")]
    [InlineData("identity, br", "br")]
    [InlineData("deflate,gzip", "deflate, gzip")]
    [InlineData("identityx", "identityx")]
    public async Task Encodings_of_the_body(string encoding, string? refused)
    {
        ByteArrayContent body = Images.Body(Images.Face(Expression.Fear));
        MultipartFormDataContent form = Images.Form(("a.png", Images.Face(Expression.Fear)));
        foreach (HttpContent content in (HttpContent[])[body, form])
        {
            Assert.True(content.Headers.TryAddWithoutValidation("Content-Encoding", encoding));
            using HttpResponseMessage answer = await Client.PostAsync("/v1/faces", content);
            if (refused is null)
            {
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                continue;
            }

            Assert.Equal("identity", Assert.Single(answer.Headers.GetValues("Accept-Encoding")));
            Assert.Contains(
                $"the Content-Encoding {refused}, expected none or 'identity'",
                await Task.FromResult(answer).ProblemAsync(415, "unsupportedMediaType"),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_file_without_a_name_is_named_by_its_position()
    {
        string face = Encoding.Latin1.GetString(Images.Face(Expression.Fear));
        string[] dispositions =
        [
            "name=\"file\"",
            "name=\"file\"; filename=\"b.png\"",
            "name=\"file\"; filename=\"\"",
            "name=\"file\"; filename=\" \"",
            "name=\"file\"; filename*=UTF-8''%C3%A4.png",
            "name=\"file\"; filename=\"f.png\"; filename*=UTF-8''",
            "name=\"file\"; filename*=UTF-8''",
            "name=file; filename=",
            "filename=i.png",
        ];
        string body =
            string.Concat(dispositions.Select(d => $"--b\r\nContent-Disposition: form-data; {d}\r\n\r\n{face}\r\n"))
            + "--b--\r\n";
        JsonElement answer = await Form(Encoding.Latin1.GetBytes(body)).JsonAsync();

        JsonElement[] images = [.. answer.GetProperty("images").EnumerateArray()];
        Assert.Equal(
            ["image1", "b.png", "image3", "image4", "ä.png", "f.png", "image7", "image8", "i.png"],
            images.Select(i => i.GetProperty("path").GetString())
        );
        Check.All(images, i => Assert.Equal("ok", i.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Invalid_multipart_bodies()
    {
        Assert.Contains(
            "has no file",
            await Form("--b--\r\n").ProblemAsync(400, "emptyFile"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "the field 'top' that is not a file",
            await Form("--b\r\nContent-Disposition: form-data; name=\"top\"\r\n\r\n3\r\n--b--\r\n")
                .ProblemAsync(400, "badMultipart"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "a part without a name",
            await Form("--b\r\nX: y\r\n\r\n3\r\n--b--\r\n").ProblemAsync(400, "badMultipart"),
            StringComparison.Ordinal
        );
        await Form("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.png\"\r\n\r\nabc")
            .ProblemAsync(400, "badMultipart"); // truncated
        await Form("--b--\r\n", "multipart/form-data").ProblemAsync(400, "badMultipart");
        await Form("--b--\r\n", "multipart/mixed; boundary=b").ProblemAsync(415, "unsupportedMediaType");
        Assert.Contains(
            "'annotate' returns one image",
            await Client
                .PostAsync("/v1/faces?annotate=true", Images.Form(("a.png", Images.Group)))
                .ProblemAsync(400, "badQuery"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "more than 16 files",
            await Client
                .PostAsync(
                    "/v1/faces",
                    Images.Form([.. Enumerable.Repeat(("a.png", Images.Face(Expression.Fear)), 17)])
                )
                .ProblemAsync(413, "tooManyFiles"),
            StringComparison.Ordinal
        );
        Assert.Equal(0, shared.Server.Queue.Waiting);
    }

    [Fact]
    public async Task Bodies_and_images_that_are_too_large()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                MaxImageBytes = 5000,
                MaxBodyBytes = 8000,
                MaxMegapixels = 0.01,
            }
        );

        // The client waits for 100 Continue. Otherwise it could still be sending when the service closes the
        // connection.
        server.Client.DefaultRequestHeaders.ExpectContinue = true;
        Assert.Contains(
            "the limit is 5000",
            await server.Client.PostAsync("/v1/faces", Images.Body(new byte[5001])).ProblemAsync(413, "tooLarge"),
            StringComparison.Ordinal
        );

        // The service does not read the rest of the body, so the connection cannot be reused.
        using (HttpResponseMessage answer = await server.Client.PostAsync("/v1/faces", Images.Body(new byte[5001])))
        {
            Assert.True(answer.Headers.ConnectionClose);
        }

        // Without Content-Length, so that the limit applies while reading.
        using var stream = new StreamContent(new PlainStream(new byte[6000]));
        await server.Client.PostAsync("/v1/faces", stream).ProblemAsync(413, "tooLarge");
        await server
            .Client.PostAsync("/v1/faces", Images.Form(("a.png", new byte[4000]), ("b.png", new byte[4000])))
            .ProblemAsync(413, "tooLarge");
        await server
            .Client.PostAsync("/v1/faces", Images.Body(MadePhotos.Empty(200, 200).EncodePng()))
            .ProblemAsync(413, "tooLarge");
        var one = await server
            .Client.PostAsync(
                "/v1/faces",
                Images.Form(("a.png", new byte[5500]), ("b.png", Images.Face(Expression.Fear)))
            )
            .JsonAsync();
        Assert.Equal(
            ["error", "ok"],
            one.GetProperty("images").EnumerateArray().Select(i => i.GetProperty("status").GetString())
        );
    }

    private Task<HttpResponseMessage> Form(string body, string type = "multipart/form-data; boundary=b") =>
        Form(Encoding.UTF8.GetBytes(body), type);

    private Task<HttpResponseMessage> Form(byte[] body, string type = "multipart/form-data; boundary=b")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return Client.PostAsync("/v1/faces", content);
    }

    /// <summary>A stream without a length.</summary>
    private sealed class PlainStream(byte[] data) : MemoryStream(data)
    {
        public override bool CanSeek => false;
    }
}
