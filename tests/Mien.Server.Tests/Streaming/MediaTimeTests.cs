using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>Frames with media times: tracks and smoothing, and which frames are answered.</summary>
public sealed class MediaTimeTests(SharedServer shared)
{
    private static readonly byte[] Fear = Images.Face(Expression.Fear);
    private static readonly byte[] Happiness = Images.Face(Expression.Happiness);

    [Fact]
    public async Task An_answer_has_the_time_of_its_frame_as_it_was_sent()
    {
        using StreamClient client = await StreamClient.OpenAsync(shared.Server);
        double[] times = [-1.4, 0, 12.345, 12.345, 1e10];
        foreach ((int number, double time) in times.Index())
        {
            JsonElement answer = await client.AskAsync(Fear, time);
            Assert.Equal(
                ["frame", "time", "dropped", "milliseconds", "width", "height", "faces"],
                answer.EnumerateObject().Select(p => p.Name)
            );
            Assert.Equal(
                (number, time, 0),
                (
                    answer.GetProperty("frame").GetInt32(),
                    answer.GetProperty("time").GetDouble(),
                    answer.GetProperty("dropped").GetInt32()
                )
            );
        }

        JsonElement error = await client.AskAsync("nonsense"u8.ToArray(), 1e10);
        Assert.Equal(["frame", "time", "error"], error.EnumerateObject().Select(p => p.Name));
        Assert.Equal((5, 1e10, "notAnImage"), (Number(error), error.GetProperty("time").GetDouble(), Code(error)));
        JsonElement empty = await client.AskAsync([], 1e10);
        Assert.Equal((6, 1e10, "emptyFile"), (Number(empty), empty.GetProperty("time").GetDouble(), Code(empty)));
    }

    [Fact]
    public async Task Smoothing_uses_the_media_time()
    {
        using StreamClient client = await StreamClient.OpenAsync(shared.Server, "?smoothing=2");
        float[] first = Scores((await client.AskAsync(Fear, 100)).GetProperty("faces")[0]);
        JsonElement face = (await client.AskAsync(Happiness, 101)).GetProperty("faces")[0];
        float[] second = Scores(face),
            smoothed = Scores(face.GetProperty("smoothed"));

        double weight = 1 - Math.Exp(-0.5);
        Check.All(
            smoothed.Index(),
            s => Assert.Equal(first[s.Index] + (weight * (second[s.Index] - first[s.Index])), s.Item, 1e-5)
        );
        Assert.Equal(
            ("happiness", "fear"),
            (face.GetProperty("label").GetString(), face.GetProperty("smoothed").GetProperty("label").GetString())
        );
    }

    [Fact]
    public async Task The_same_frames_sent_fast_and_slowly_give_the_same()
    {
        string[] fast = await AnswersAsync(TimeSpan.Zero),
            slow = await AnswersAsync(TimeSpan.FromMilliseconds(40));
        Assert.Equal(fast, slow);

        async Task<string[]> AnswersAsync(TimeSpan pause)
        {
            using StreamClient client = await StreamClient.OpenAsync(shared.Server, "?smoothing=0.1");
            var answers = new List<string>();
            for (int i = 0; i < 8; i++)
            {
                JsonElement answer = await client.AskAsync(i % 3 == 0 ? Fear : Happiness, i / 30.0);
                answers.Add(answer.GetProperty("faces").GetRawText());
                await Task.Delay(pause, TestContext.Current.CancellationToken);
            }

            return [.. answers];
        }
    }

    [Fact]
    public async Task A_seek_and_a_time_that_goes_back_begin_new_tracks()
    {
        using StreamClient client = await StreamClient.OpenAsync(shared.Server, "?smoothing=10");
        (double Time, bool IsSeek, int Id)[] frames =
        [
            (1, true, 1),
            (1.2, false, 1),
            (1.4, true, 2), // a jump ahead
            (1.4, false, 2), // the same time again
            (1.6, false, 2),
            (0.5, false, 3), // back
            (0.7, false, 3),
            (0.1, true, 4), // back, with a seek
            (0.3, false, 4),
            (2.2, false, 4), // a gap of 1.9 s
            (4.3, false, 5), // a gap of more than 2 s
        ];
        int last = 0;
        foreach ((int i, (double time, bool isSeek, int id)) in frames.Index())
        {
            JsonElement answer = await client.AskAsync(i % 2 == 0 ? Fear : Happiness, time, isSeek);
            JsonElement face = answer.GetProperty("faces")[0];
            Assert.Equal((time, id), (time, face.GetProperty("id").GetInt32()));

            // A new track is not smoothed with what was before.
            string scores = face.GetProperty("scores").GetRawText();
            bool isSmoothed = scores != face.GetProperty("smoothed").GetProperty("scores").GetRawText();
            Assert.True(id == last || !isSmoothed, $"{time}");
            last = id;
        }
    }

    [Fact]
    public async Task A_frame_without_a_time_after_frames_with_times_is_an_error()
    {
        using StreamClient client = await StreamClient.OpenAsync(shared.Server);
        await client.AskAsync(Fear, 7);
        await client.FrameAsync(Fear);
        JsonElement error = await client.ReadAsync();
        JsonElement next = await client.AskAsync(Fear, 7.2);

        Assert.Equal(["frame", "error"], error.EnumerateObject().Select(p => p.Name));
        Assert.Equal((1, "noTime"), (Number(error), Code(error)));
        Assert.Contains(
            "Send {\"time\": SECONDS} as a text message before every frame",
            error.GetProperty("error").GetProperty("message").GetString()!,
            StringComparison.Ordinal
        );
        Assert.Equal((2, 1), (Number(next), Id(next)));
    }

    [Fact]
    public async Task A_stream_can_change_from_times_of_arrival_to_media_times()
    {
        using StreamClient client = await StreamClient.OpenAsync(shared.Server);
        await client.FrameAsync(Fear);
        JsonElement live = await client.ReadAsync();
        JsonElement media = await client.AskAsync(Fear, 0);

        Assert.Equal((0, 1), (Number(live), Id(live)));
        Assert.False(live.TryGetProperty("time", out _));
        Assert.Equal((1, 2), (Number(media), Id(media)));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task A_replaced_frame_takes_its_time_with_it_but_its_seek_holds(bool isSeek, int id)
    {
        await using TestServer server = await TestServer.StartAsync();
        using Gate gate = await Gate.CloseAsync(server);
        using StreamClient client = await StreamClient.OpenAsync(server);
        await client.FrameAsync(Fear, 1);
        await Answer.UntilAsync(() => server.Queue.Waiting == 1);
        await client.FrameAsync(Fear, 1.2, isSeek);
        byte[] newest = Images.Face(Expression.Fear, 47);
        await client.FrameAsync(newest, 1.4);
        await Answer.UntilAsync(() => server.Budget.Held == Fear.Length + newest.Length);
        gate.Open();
        JsonElement first = await client.ReadAsync(),
            last = await client.ReadAsync();

        Assert.Equal((0, 1.0, 1), (Number(first), first.GetProperty("time").GetDouble(), Id(first)));
        Assert.Equal((2, 1.4, id), (Number(last), last.GetProperty("time").GetDouble(), Id(last)));
        Assert.Equal(1, last.GetProperty("dropped").GetInt32());
    }

    [Fact]
    public async Task The_seek_of_a_frame_that_cannot_be_read_holds()
    {
        using StreamClient client = await StreamClient.OpenAsync(shared.Server);
        Assert.Equal(1, Id(await client.AskAsync(Fear, 1)));
        Assert.Equal("notAnImage", Code(await client.AskAsync("nonsense"u8.ToArray(), 1.2, isSeek: true)));
        Assert.Equal(2, Id(await client.AskAsync(Fear, 1.4)));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_maximum_frame_rate_does_not_hold_for_media_times()
    {
        // A frame in a thousand seconds: with a wait the test would not end.
        await using TestServer server = await TestServer.StartAsync(o => o with { MaxFrameRate = 0.001 });
        using StreamClient client = await StreamClient.OpenAsync(server);
        for (int i = 0; i < 4; i++)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested(); // the time limit of the test
            JsonElement answer = await client.AskAsync(Fear, i / 25.0);
            Assert.Equal((i, 0), (Number(answer), answer.GetProperty("dropped").GetInt32()));
        }

        // Of a camera the second frame waits, until a newer one replaces it.
        using StreamClient camera = await StreamClient.OpenAsync(server);
        await camera.FrameAsync(Fear);
        await camera.ReadAsync();
        byte[] newest = Images.Face(Expression.Fear, 47);
        await camera.FrameAsync(Fear);
        await camera.FrameAsync(newest);
        await Answer.UntilAsync(() => server.Budget.Held == newest.Length);
    }

    [Fact]
    public async Task A_frame_for_which_there_is_no_memory_gets_an_error()
    {
        await using TestServer server = await TestServer.StartAsync();
        using StreamClient client = await StreamClient.OpenAsync(server);
        Assert.Equal(1, Id(await client.AskAsync(Fear, 1)));
        long all = TestServer.Options.MaxBufferedBytes;
        Assert.True(server.Budget.TryReserve(all));
        JsonElement error = await client.AskAsync(Fear, 1.2);
        server.Budget.Release(all);
        JsonElement again = await client.AskAsync(Fear, 1.2);

        Assert.Equal((1, 1.2, "busy"), (Number(error), error.GetProperty("time").GetDouble(), Code(error)));
        Assert.Equal((2, 1, 0), (Number(again), Id(again), again.GetProperty("dropped").GetInt32()));
    }

    [Fact]
    public async Task The_OpenAPI_document_has_every_field()
    {
        JsonElement description = await shared.Client.GetAsync("/openapi/v1.json").JsonAsync();
        JsonElement schemas = description.GetProperty("components").GetProperty("schemas");
        Schema.Check(
            JsonDocument.Parse("""{"time": 1.5, "seek": true}""").RootElement,
            schemas.GetProperty("StreamTime"),
            schemas
        );
        JsonElement documented = schemas.GetProperty("StreamMessage").GetProperty("properties");
        using StreamClient client = await StreamClient.OpenAsync(shared.Server);
        JsonElement answer = await client.AskAsync(Fear, 1),
            error = await client.AskAsync([], 2);
        Check.All(
            answer.EnumerateObject().Concat(error.EnumerateObject()).Select(p => p.Name).Append("cut"),
            name => Assert.True(documented.TryGetProperty(name, out _), name)
        );
    }

    private static int Number(JsonElement answer) => answer.GetProperty("frame").GetInt32();

    private static int Id(JsonElement answer) => answer.GetProperty("faces")[0].GetProperty("id").GetInt32();

    private static string? Code(JsonElement answer) => answer.GetProperty("error").GetProperty("code").GetString();

    private static float[] Scores(JsonElement prediction) =>
        [.. prediction.GetProperty("scores").EnumerateObject().Select(s => s.Value.GetSingle())];
}
