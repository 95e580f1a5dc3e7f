using System.Text.Json;
using Mien.Video;
using SkiaSharp;

namespace Mien.Server.Tests;

/// <summary>The frames of made clips over a stream: the same as <see cref="VideoRecognizer"/> says of them.</summary>
public sealed class VideoStreamTests : IAsyncLifetime
{
    private const string Model = "tiny";

    private TestServer server = null!;

    public static TheoryData<string> Clips => [.. Named.Keys];

    private static Dictionary<string, MadeClip> Named { get; } =
        new()
        {
            ["oneFace"] = MadeClips.OneFace,
            ["crossing"] = MadeClips.Crossing,
            ["cut"] = MadeClips.Cut,
            ["away"] = MadeClips.Away,
            ["small"] = MadeClips.Away with { Width = 900, Height = 700, Frames = 25 },
            ["noFace"] = MadeClips.Away with { Faces = [], Frames = 20 },
        };

    public async ValueTask InitializeAsync() => server = await TestServer.StartAsync(o => o with { Model = Model });

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Clips))]
    public async Task Tracks_labels_and_cuts_are_those_of_the_library(string name)
    {
        ClipFrame[] frames = Frames(Named[name]);
        List<FrameResult> expected = await RecognizeAsync(frames);
        Assert.Equal(frames.Length, expected.Count);
        using StreamClient client = await StreamClient.OpenAsync(server);
        foreach ((ClipFrame frame, FrameResult result) in frames.Zip(expected))
        {
            JsonElement answer = await client.AskAsync(frame.Jpeg, frame.Time.TotalSeconds);
            Assert.Equal(frame.Time.TotalSeconds, answer.GetProperty("time").GetDouble());
            Assert.Equal((frame.Time, result.IsCut), (frame.Time, answer.TryGetProperty("cut", out _)));
            AssertFaces(result, answer);
        }

        Assert.Equal(name == "cut", expected.Exists(r => r.IsCut));
    }

    [Fact]
    public async Task After_a_seek_back_the_numbers_are_new_and_the_rest_is_the_same()
    {
        ClipFrame[] frames = Frames(MadeClips.Crossing);
        using StreamClient client = await StreamClient.OpenAsync(server);
        List<JsonElement[]> rounds = [];
        foreach (bool isSeek in (bool[])[false, true])
        {
            var answers = new List<JsonElement>();
            foreach ((int i, ClipFrame frame) in frames.Index())
            {
                answers.Add(await client.AskAsync(frame.Jpeg, frame.Time.TotalSeconds, isSeek && i == 0));
            }

            rounds.Add([.. answers]);
        }

        int[] first = Ids(rounds[0]),
            second = Ids(rounds[1]);
        Assert.Equal(first.Select(id => id + first.Max()), second);
        Assert.Equal(Smoothed(rounds[0]), Smoothed(rounds[1]));
    }

    private static int[] Ids(JsonElement[] answers) => [.. Faces(answers).Select(f => f.GetProperty("id").GetInt32())];

    private static string[] Smoothed(JsonElement[] answers) =>
        [.. Faces(answers).Select(f => f.GetProperty("smoothed").GetRawText())];

    private static IEnumerable<JsonElement> Faces(JsonElement[] answers) =>
        answers.SelectMany(a => a.GetProperty("faces").EnumerateArray());

    private static void AssertFaces(FrameResult result, JsonElement answer)
    {
        JsonElement[] faces = [.. answer.GetProperty("faces").EnumerateArray()];
        Assert.Equal(
            result.Faces.Select(f => (f.Id, f.Face.Label, f.Smoothed.Label, f.IsUncertain)),
            faces.Select(f =>
                (
                    f.GetProperty("id").GetInt32(),
                    f.GetProperty("label").GetString()!,
                    f.GetProperty("smoothed").GetProperty("label").GetString()!,
                    f.GetProperty("smoothed").GetProperty("uncertain").GetBoolean()
                )
            )
        );
        foreach ((TrackedFace face, JsonElement found) in result.Faces.Zip(faces))
        {
            Assert.Equal(face.Face.Box.X, found.GetProperty("box").GetProperty("x").GetSingle(), 0.1);
            float[] smoothed =
            [
                .. found
                    .GetProperty("smoothed")
                    .GetProperty("scores")
                    .EnumerateObject()
                    .Select(s => s.Value.GetSingle()),
            ];
            Assert.Equal(face.Smoothed.LabelScores.Values, smoothed, (a, b) => MathF.Abs(a - b) < 1e-4f);
        }
    }

    private static async Task<List<FrameResult>> RecognizeAsync(ClipFrame[] frames)
    {
        using var recognizer = VideoRecognizer.Create(new RecognizerOptions { Model = Model });
        var options = new VideoOptions
        {
            Tracker = new FaceTrackerOptions { UncertainBelow = recognizer.Contract.SelectHead(null).UncertainBelow },
        };
        IEnumerable<VideoFrame> decoded = frames.Select((f, i) => new VideoFrame(Photo.Decode(f.Jpeg), i, f.Time));
        return await recognizer.RecognizeFramesAsync(decoded.ToAsyncEnumerable(), options).ToListAsync();
    }

    /// <summary>Draws every fifth frame of a clip, five per second, as a browser would send it.</summary>
    private static ClipFrame[] Frames(MadeClip clip)
    {
        using var drawing = new ClipDrawing(clip);
        var frames = new List<ClipFrame>();
        for (int i = 0; i < clip.Frames; i += 5)
        {
            frames.Add(
                new ClipFrame(TimeSpan.FromSeconds(clip.TimeOf(i)), Jpeg(drawing.Pixels(i), clip.Width, clip.Height))
            );
        }

        return [.. frames];
    }

    private static byte[] Jpeg(byte[] pixels, int width, int height)
    {
        using SKImage image = SKImage.FromPixelCopy(
            new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque),
            pixels,
            4 * width
        );
        using SKData data = image.Encode(SKEncodedImageFormat.Jpeg, 90);
        return data.ToArray();
    }

    private sealed record ClipFrame(TimeSpan Time, byte[] Jpeg);
}
