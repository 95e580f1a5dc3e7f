using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Mien.Samples.Tests;

/// <summary>Runs the samples as users start them.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly byte[] photo = MadePhotos
        .Canvas(640, 400, new MadeFace("happiness", 80, 100, 160), new MadeFace("disgust", 400, 110, 140))
        .EncodePng();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task One_photo_prints_every_face_with_its_probabilities()
    {
        (int code, string output, string error) = await Run("OnePhoto", folder.Write("фото.png", photo));

        Assert.Equal((0, ""), (code, error));
        string[] lines = output.TrimEnd().Split('\n');
        Assert.Equal("640×400 pixels, 2 face(s)", lines[0].TrimEnd());
        Assert.Equal(1 + (2 * 8), lines.Length);
        Check.All(
            Expressions.Names,
            name => Assert.Equal(2, lines.Count(l => l.StartsWith($"  {name} ", StringComparison.Ordinal)))
        );
    }

    [Fact]
    public async Task One_photo_reports_errors()
    {
        string text = folder.Write("text.jpg", "not an image"u8.ToArray());
        (int code, string output, string error) = await Run("OnePhoto", text);
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"{text}: ", error, StringComparison.Ordinal);
        Assert.Equal(2, (await Run("OnePhoto")).Code);
    }

    [Fact]
    public async Task A_folder_gives_a_table_and_a_bad_photo_is_reported_without_stopping_the_rest()
    {
        folder.Write("a, \"b\".png", photo);
        folder.Write("none.png", MadePhotos.Canvas(200, 100).EncodePng());
        folder.Write("bad.jpg", [1, 2, 3]);

        (int code, string output, string error) = await Run("FolderToCsv", folder.Path);

        Assert.Equal(1, code);
        string[] lines = [.. output.TrimEnd().Split('\n').Select(l => l.TrimEnd())];
        Assert.Equal("path,status,x,y,width,height,roll,score,label,confidence,uncertain", lines[0]);
        string quoted =
            $"\"{Path.Combine(folder.Path, "a, \"b\".png").Replace("\"", "\"\"", StringComparison.Ordinal)}\",ok,";
        Assert.Equal(2, lines.Count(l => l.StartsWith(quoted, StringComparison.Ordinal)));
        Assert.Single(lines, Path.Combine(folder.Path, "none.png") + ",noFace,,,,,,,,,");
        Assert.Single(lines, Path.Combine(folder.Path, "bad.jpg") + ",error,,,,,,,,,");
        Assert.Contains("bad.jpg: is no known kind of picture", error, StringComparison.Ordinal);
        Assert.EndsWith("3 photo(s), 2 face(s), 1 failed.", error.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(2, (await Run("FolderToCsv", Path.Combine(folder.Path, "nowhere"))).Code);
    }

    [Fact]
    public async Task A_video_gives_a_table_with_times_and_tracks()
    {
        MadeClipFile clip = MadeClips.File(MadeClips.Away);
        (int code, string output, string error) = await Run("VideoToCsv", clip.Path);

        Assert.Equal(0, code);
        string[][] rows = [.. output.TrimEnd().Split('\n').Skip(1).Select(l => l.TrimEnd().Split(','))];
        Assert.Equal(
            ["0,0.000000", "5,0.200000", "10,0.400000", "15,0.600000", "20,0.800000"],
            rows.Take(5).Select(r => $"{r[0]},{r[1]}")
        );
        Assert.Equal(
            [.. clip.Truth.Frames.Where(f => f.Number % 5 == 0).Select(f => f.Faces.Count > 0 ? "ok" : "noFace")],
            rows.Select(r => r[2])
        );
        Assert.EndsWith("1 track(s).", error.TrimEnd(), StringComparison.Ordinal);

        string text = folder.Write("text.mp4", "not a video"u8.ToArray());
        (code, output, error) = await Run("VideoToCsv", text);
        Assert.Equal((1, 1), (code, output.TrimEnd().Split('\n').Length));
        Assert.StartsWith($"{text}: ", error, StringComparison.Ordinal);
        Assert.Equal(2, (await Run("VideoToCsv")).Code);
    }

    [Fact]
    public async Task The_endpoint_returns_the_faces_of_a_photo_and_an_error_for_anything_else()
    {
        using Process server = Start("WebEndpoint", "--urls", "http://127.0.0.1:0");
        try
        {
            using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(5) };
            using var client = new HttpClient(handler) { BaseAddress = await Address(server) };

            using HttpResponseMessage found = await Post(client, photo);
            JsonElement result = JsonDocument.Parse(await found.Content.ReadAsStringAsync(Token)).RootElement;
            Assert.Equal(HttpStatusCode.OK, found.StatusCode);
            Assert.Equal(
                (640, 400, 2),
                (
                    result.GetProperty("width").GetInt32(),
                    result.GetProperty("height").GetInt32(),
                    result.GetProperty("faces").GetArrayLength()
                )
            );
            JsonElement face = result.GetProperty("faces")[0];
            Assert.Contains(face.GetProperty("label").GetString(), Expressions.Names);
            Assert.Equal(7, face.GetProperty("scores").EnumerateObject().Count());

            using HttpResponseMessage wrong = await Post(client, "no picture"u8.ToArray());
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrong.StatusCode);
            JsonElement error = JsonDocument
                .Parse(await wrong.Content.ReadAsStringAsync(Token))
                .RootElement.GetProperty("error");
            Assert.Equal("notAnImage", error.GetProperty("code").GetString());
            Assert.StartsWith("the upload: ", error.GetProperty("message").GetString(), StringComparison.Ordinal);

            using HttpResponseMessage large = await Post(client, new byte[(10 << 20) + 1]);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<HttpResponseMessage> Post(HttpClient client, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/faces") { Content = content };
        request.Headers.ExpectContinue = true; // so that a refused body is not sent
        return await client.SendAsync(request, Token);
    }

    /// <summary>Reads the address of the server from its output.</summary>
    private static async Task<Uri> Address(Process server)
    {
        const string marker = "Now listening on: ";
        Task<string> errors = server.StandardError.ReadToEndAsync(Token);
        while (await server.StandardOutput.ReadLineAsync(Token) is { } line)
        {
            int at = line.IndexOf(marker, StringComparison.Ordinal);
            if (at >= 0)
            {
                // Keep reading, so that the server never blocks on a full pipe.
                _ = server.StandardOutput.ReadToEndAsync(Token);
                return new Uri(line[(at + marker.Length)..].Trim());
            }
        }

        throw new InvalidOperationException($"The server ended before it listened: {await errors}");
    }

    private static async Task<(int Code, string Output, string Error)> Run(string program, params string[] args)
    {
        using Process process = Start(program, args);
        Task<string> error = process.StandardError.ReadToEndAsync(Token);
        string output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, output, await error);
    }

    private static Process Start(string program, params string[] args) =>
        Process.Start(
            new ProcessStartInfo(
                Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? program + ".exe" : program),
                args
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
                StandardErrorEncoding = Encoding.UTF8,
                WorkingDirectory = AppContext.BaseDirectory,
            }
        )!;
}
