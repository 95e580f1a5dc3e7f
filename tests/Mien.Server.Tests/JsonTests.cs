using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>Images in JSON.</summary>
public sealed class JsonTests(SharedServer shared)
{
    private static readonly byte[] Face = Images.Face(Expression.Fear);

    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private HttpClient Client => shared.Client;

    private static string Base64 => Convert.ToBase64String(Face);

    private static string UrlSafe => Base64.Replace('+', '-').Replace('/', '_').TrimEnd('=');

    public static TheoryData<string> Forms =>
        [
            Quoted(Base64),
            Quoted("data:image/png;base64," + Base64),
            Quoted("DATA:;BASE64," + Base64),
            Quoted("data:image/png;name=a.png;charset=utf-8;base64," + Base64),
            Quoted("data:text/plain;base64," + Base64),
            Quoted(
                "data:image/png;base64,"
                    + Base64
                        .Replace("+", "%2B", StringComparison.Ordinal)
                        .Replace("/", "%2f", StringComparison.Ordinal)
                        .Replace("=", "%3D", StringComparison.Ordinal)
            ),
            Quoted(UrlSafe),
            Quoted(Base64.TrimEnd('=')),
            Quoted(" \n" + string.Join("\r\n", Base64.Chunk(76).Select(c => new string(c))) + "\n\t"),
            Quoted("\n data:image/png;base64,\n" + Base64),
            $$"""{"image":"{{Base64.Replace("/", "\\/", StringComparison.Ordinal)}}"}""",
            $$"""{"image":"{{string.Concat(Base64.Select(c => $"\\u{(int)c:x4}"))}}"}""",
            "\uFEFF\r\n\t { \"im\\u0061ge\" : \"" + Base64 + "\" } \n ",
        ];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task An_image_in_JSON_gives_the_same_result_as_its_bytes(string json)
    {
        string expected = await TextAsync(Client.PostAsync("/v1/faces?top=2", Images.Body(Face)));

        Assert.Equal(expected, await TextAsync(Post(json, query: "?top=2")));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/json; charset=us-ascii")]
    [InlineData("APPLICATION/JSON")]
    public async Task The_type_may_name_the_charset(string type) => await Post(Quoted(Base64), type).JsonAsync();

    [Theory]
    [InlineData("application/json; charset=utf-16", "has the charset utf-16, expected UTF-8")]
    [InlineData("application/json; charset=iso-8859-1", "has the charset iso-8859-1, expected UTF-8")]
    [InlineData("text/plain", "has the type text/plain")]
    [InlineData("text/json", "has the type text/json")]
    public async Task Other_types_are_refused(string type, string detail) =>
        Assert.Contains(
            detail,
            await Post(Quoted(Base64), type).ProblemAsync(415, "unsupportedMediaType"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task Query_parameters_work_as_with_bytes()
    {
        string json = Quoted(Convert.ToBase64String(Images.Group));
        foreach (string query in (string[])["?boxes=20,40,80,80", "?crop=true", "?crops=true&tiles=all"])
        {
            string expected = await TextAsync(Client.PostAsync("/v1/faces" + query, Images.Body(Images.Group)));
            Assert.Equal(expected, await TextAsync(Post(json, query: query)));
        }

        using HttpResponseMessage marked = await Post(json, query: "?annotate=true");
        Assert.Equal("image/png", marked.Content.Headers.ContentType?.MediaType);
        await Post(json, query: "?tops=1").ProblemAsync(400, "badQuery");
    }

    [Theory]
    [InlineData("*AAA", "'*' at character 0")]
    [InlineData("AAAA AA*A", "'*' at character 7")]
    [InlineData("QUJD.UJD", "'.' at character 4")]
    [InlineData("dat*", "'*' at character 3")]
    [InlineData("data", null)]
    [InlineData("da", null)]
    [InlineData("dataA", "inside a group of four characters at character 5")]
    [InlineData("AAAAA", "inside a group of four characters at character 5")]
    [InlineData("AAA\n", null)]
    [InlineData("AA=", "inside a group of four characters at character 3")]
    [InlineData("A===", "misplaced padding '=' at character 1")]
    [InlineData("AA===", "misplaced padding '=' at character 4")]
    [InlineData("AAAA=", "misplaced padding '=' at character 4")]
    [InlineData("=", "misplaced padding '=' at character 0")]
    [InlineData("AA==AAAA", "'A' after the padding at character 4")]
    [InlineData("AAA%41", "'%' at character 3")]
    [InlineData("AAAAé", "a non-ASCII character at character 4")]
    [InlineData("AAAA\0", "the control character U+0000 at character 4")]
    [InlineData("https://example.org/a.jpg", "':' at character 5")]
    [InlineData("photos/a.jpg", "'.' at character 8")]
    [InlineData("data:image/png,abc", "has no ';base64' before its comma at character 14")]
    [InlineData("data:image/png;base64", "ends before its comma at character 21")]
    [InlineData("data:;base64,AA%4", "inside a group of four characters at character 17")]
    [InlineData("data:;base64,AA%4xAA", "'x' after '%', instead of a hexadecimal digit, at character 17")]
    [InlineData("data:;base64,AA%2AAA", "'*' at character 15")]
    [InlineData("data:;base64,AAAA#x", "'#' at character 17")]
    public async Task Bad_base64_is_refused_with_its_position(string text, string? fault)
    {
        if (fault is null)
        {
            await Post(Quoted(text)).ProblemAsync(415, "notAnImage"); // the text is valid base64
            return;
        }

        string detail = await Post(Quoted(text)).ProblemAsync(400, "badBase64");

        Assert.StartsWith("'image' is not valid base64: ", detail, StringComparison.Ordinal);
        Assert.Contains(fault + ", counted from 0.", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_header_of_a_data_URI_is_refused()
    {
        string detail = await Post(Quoted("data:" + new string('a', 100_000))).ProblemAsync(400, "badBase64");
        Assert.Contains("has no comma up to at character 1000", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "The object has no 'image'.")]
    [InlineData("{\"image\":null}", "'image' is null, expected a string.")]
    [InlineData("{\"image\":17}", "'image' is a number, expected a string.")]
    [InlineData("{\"image\":true}", "'image' is a boolean, expected a string.")]
    [InlineData("{\"image\":{\"data\":\"\"}}", "'image' is an object, expected a string.")]
    [InlineData("{\"image\":[[[[[[[[", "'image' is an array, expected a string.")]
    [InlineData("{\"image\":", "ends too early, after 9 bytes.")]
    [InlineData("{\"image\":\"AAAA", "ends too early, after 14 bytes.")]
    [InlineData("{\"image\":\"AAAA\"", "ends too early, after 15 bytes.")]
    [InlineData("{\"image\":\"AAAA\"} x", "There is more data after the object, at byte 17.")]
    [InlineData("{\"image\":\"AAAA\"}{\"image\":\"AAAA\"}", "There is more data after the object, at byte 16.")]
    [InlineData("{\"image\":\"AAAA\",}", "'}' at byte 16, expected a name in double quotes.")]
    [InlineData("{\"image\":\"AAAA\" \"a\"", "'\"' at byte 16, expected '}'.")]
    [InlineData("{\"image\" \"AAAA\"}", "'\"' at byte 9, expected ':'.")]
    [InlineData("{image:\"AAAA\"}", "'i' at byte 1, expected a name in double quotes.")]
    [InlineData("{'image':'AAAA'}", "''' at byte 1, expected a name in double quotes.")]
    [InlineData("{\0\"", "the byte 0x00 at byte 1")]
    [InlineData("{\"image\":\"AAAA\",\"image\":\"AAAA\"}", "'image' is given twice.")]
    [InlineData("{\"image\":\"AAAA\",\"top\":3}", "'top' is a query parameter")]
    [InlineData("{\"images\":[\"AAAA\"]}", "Send several as multipart/form-data.")]
    [InlineData("{\"Image\":\"AAAA\"}", "'Image' is not a known member.")]
    [InlineData("{\"gesicht-ä\\u00fc\\n\":1}", "'gesicht-äü\n' is not a known member")]
    [InlineData("[\"AAAA\"]", "The body is an array, expected an object.")]
    [InlineData("[[[[[[[[[[[[[[[[", "The body is an array, expected an object.")]
    [InlineData("\"AAAA\"", "The body is a string, expected an object.")]
    [InlineData("null", "The body is null, expected an object.")]
    [InlineData("image=AAAA", "The body is not valid JSON, expected an object.")]
    [InlineData("{\"image\":\"AA\nAA\"}", "an unescaped line break at byte 12.")]
    [InlineData("{\"image\":\"AA\tAA\"}", "a control character at byte 12.")]
    [InlineData("{\"image\":\"AA\\xAA\"}", "a bad escape at byte 13.")]
    [InlineData("{\"image\":\"AA\\u00g0\"}", "a bad escape at byte 16.")]
    public async Task Bad_JSON_is_refused(string json, string detail)
    {
        string found = await Post(json).ProblemAsync(400, "badJson");

        Assert.Contains(detail.TrimEnd('.'), found, StringComparison.Ordinal);
        Assert.EndsWith("{\"image\": \"<base64 or a data URI>\"}.", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_name_and_another_encoding_are_refused()
    {
        Assert.Contains(
            "aaa…' is not a known member",
            await Post($$"""{"{{new string('a', 100_000)}}":1}""").ProblemAsync(400, "badJson"),
            StringComparison.Ordinal
        );
        foreach (Encoding encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            byte[] body = [.. encoding.GetPreamble(), .. encoding.GetBytes(Quoted(Base64))];
            Assert.Contains(
                "The body is UTF-16",
                await Client.PostAsync("/v1/faces", Images.Body(body, "application/json")).ProblemAsync(400, "badJson"),
                StringComparison.Ordinal
            );
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("{\"image\":\"\"}")]
    [InlineData("{\"image\":\" \\n \"}")]
    [InlineData("{\"image\":\"data:image/png;base64,\"}")]
    public async Task An_empty_image_is_refused(string json) => await Post(json).ProblemAsync(400, "emptyFile");

    [Fact]
    public async Task Data_that_is_not_an_image_is_refused()
    {
        byte[] photo = Images.Group;
        await Post(Quoted(Convert.ToBase64String("%PDF-1.7 and so on"u8))).ProblemAsync(415, "notAnImage");
        await Post(Quoted(Convert.ToBase64String(photo[..(photo.Length / 2)]))).ProblemAsync(422, "truncatedImage");
        HttpContent packed = Body(Quoted(Base64));
        packed.Headers.ContentEncoding.Add("gzip");
        await Client.PostAsync("/v1/faces", packed).ProblemAsync(415, "unsupportedMediaType");
    }

    [Fact]
    public async Task The_limits_are_those_of_the_decoded_image()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                MaxImageBytes = 30_000,
                MaxBodyBytes = 30_000,
                MaxMegapixels = 0.01,
            }
        );

        // The image is as large as allowed and the body larger: it is read, and is not an image.
        string largest = Quoted(Convert.ToBase64String(new byte[30_000]));
        Assert.True(largest.Length > 40_000);
        await Post(largest, server: server).ProblemAsync(415, "notAnImage");
        string over = Quoted(Convert.ToBase64String(new byte[30_001]));
        await Post(over, server: server).ProblemAsync(413, "tooLarge");

        // The body itself has a limit too, whatever it consists of.
        string blank = new(' ', 60_000);
        Assert.Contains(
            "the limit is 49096",
            await Post(blank, server: server, waits: true).ProblemAsync(413, "tooLarge"),
            StringComparison.Ordinal
        );
        using (HttpResponseMessage answer = await Post(over, server: server))
        {
            Assert.True(answer.Headers.ConnectionClose);
        }

        byte[] pixels = MadePhotos.Empty(200, 200).EncodePng();
        await Post(Quoted(Convert.ToBase64String(pixels)), server: server).ProblemAsync(413, "tooLarge");
        Assert.Equal((0, 0L), (server.Queue.Waiting, server.Budget.Held));
    }

    [Fact]
    public async Task An_endless_text_is_read_only_up_to_the_limit()
    {
        var budget = new UploadBudget(1 << 20);
        using var endless = new EndlessStream();
        using var image = new JsonImageStream(endless);

        MienException error = await Assert.ThrowsAsync<MienException>(() =>
            Upload.ReadAsync(image, "'image'", 200_000, budget, TestContext.Current.CancellationToken)
        );

        Assert.Equal(("tooLarge", 0L), (error.Code, budget.Held));
        Assert.InRange(endless.Given, 266_000, 350_000);
    }

    [Fact]
    public async Task Only_the_decoded_image_is_in_memory_and_a_full_service_is_busy()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                QueueLength = 1,
                MaxFiles = 1,
                MaxImageBytes = Face.Length,
                MaxBodyBytes = Face.Length,
                MaxBufferedBytes = Face.Length * 2,
            }
        );
        using Gate gate = await Gate.CloseAsync(server);
        Task<HttpResponseMessage> first = Post(Quoted(Base64), server: server);
        await Answer.UntilAsync(() => server.Queue.Waiting == 1);

        Assert.Equal(Face.Length, server.Budget.Held);
        await Post(Quoted(Base64), server: server).ProblemAsync(503, "busy");
        Assert.Equal(Face.Length, server.Budget.Held);
        Assert.True(server.Budget.TryReserve(Face.Length));
        await Post(Quoted(Base64), server: server).ProblemAsync(503, "busy");
        server.Budget.Release(Face.Length);
        gate.Open();
        await first.JsonAsync();
        Assert.Equal((0, 0L), (server.Queue.Waiting, server.Budget.Held));
    }

    [Fact]
    public async Task Rate_limits_and_keys_apply_to_JSON()
    {
        const string key = "0123456789abcdef-first";
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                Rate = 0.01,
                RateBurst = 1,
                ApiKeys = [key],
            }
        );

        await Post(Quoted(Base64), server: server).ProblemAsync(401, "noKey");
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", key);
        await Post(Quoted(Base64), server: server).JsonAsync();
        await Post(Quoted(Base64), server: server).ProblemAsync(429, "tooManyRequests");
    }

    [Fact]
    public async Task Cross_site_JSON_is_refused()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                AllowedOrigins = ["https://example.org"],
            }
        );

        // JSON is not a CORS-simple request, so browsers send a preflight request first.
        foreach (
            (string origin, bool allowed) in ((string, bool)[])
                [("https://example.org", true), ("https://evil.example", false)]
        )
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/faces");
            preflight.Headers.Add("Origin", origin);
            preflight.Headers.Add("Access-Control-Request-Method", "POST");
            preflight.Headers.Add("Access-Control-Request-Headers", "content-type");
            using HttpResponseMessage answer = await server.Client.SendAsync(preflight);
            Assert.Equal(allowed, answer.Headers.Contains("Access-Control-Allow-Origin"));
            Assert.Equal(allowed, answer.Headers.Contains("Access-Control-Allow-Headers"));

            Task<HttpResponseMessage> sent = Post(Quoted(Base64), server: server, origin: origin);
            await (allowed ? (Task)sent.JsonAsync() : sent.ProblemAsync(403, "originNotAllowed"));
        }

        // With another content type, which a form on another site can send, it is refused by origin and by type.
        await Post(Quoted(Base64), "text/plain", origin: "https://evil.example").ProblemAsync(403, "originNotAllowed");
        await Post(Quoted(Base64), "text/plain").ProblemAsync(415, "unsupportedMediaType");
        Assert.Contains(
            "but its type is application/x-www-form-urlencoded. Send it with 'Content-Type: application/json'",
            await Post(Quoted(Base64), "application/x-www-form-urlencoded").ProblemAsync(415, "unsupportedMediaType"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(40_000)]
    public async Task The_result_does_not_depend_on_the_sizes_of_the_parts(int piece)
    {
        byte[] data = new byte[100_000];
        new Random(1).NextBytes(data);
        string[] forms =
        [
            Quoted(Convert.ToBase64String(data)),
            Quoted("data:image/png;base64," + Convert.ToBase64String(data, Base64FormattingOptions.InsertLineBreaks)),
            Quoted(Convert.ToBase64String(data).Replace('/', '_').TrimEnd('=')),
        ];
        foreach (string json in forms)
        {
            using var stream = new JsonImageStream(new SlowStream(Encoding.UTF8.GetBytes(json), piece));
            using var decoded = new MemoryStream();
            await stream.CopyToAsync(decoded, piece, TestContext.Current.CancellationToken);
            Assert.Equal(data, decoded.ToArray());
        }
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(new { image = text }, Relaxed);

    private static ByteArrayContent Body(string json, string type = "application/json")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }

    private Task<HttpResponseMessage> Post(
        string json,
        string type = "application/json",
        string query = "",
        object? server = null,
        bool waits = false,
        string? origin = null
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/faces" + query) { Content = Body(json, type) };
        request.Headers.ExpectContinue = waits;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return (((TestServer?)server)?.Client ?? Client).SendAsync(request);
    }

    private static async Task<string> TextAsync(Task<HttpResponseMessage> sent)
    {
        using HttpResponseMessage answer = await sent;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>JSON with an endless image.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public int Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'A');
            if (Given == 0)
            {
                "{\"image\":\""u8.CopyTo(buffer.Span);
            }

            Given += buffer.Length;
            return new ValueTask<int>(buffer.Length);
        }
    }

    /// <summary>A stream that returns few bytes per read.</summary>
    private sealed class SlowStream(byte[] data, int piece) : MemoryStream(data)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
