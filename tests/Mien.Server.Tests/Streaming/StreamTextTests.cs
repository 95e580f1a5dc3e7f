using System.Net.WebSockets;
using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>Text messages of a stream that are not the time of a frame, and those that come in parts.</summary>
public sealed class StreamTextTests(SharedServer shared)
{
    private static readonly byte[] Fear = Images.Face(Expression.Fear);

    [Theory]
    [InlineData("", "The text is not valid JSON")]
    [InlineData("hello", "The text is not valid JSON")]
    [InlineData("""{"time": NaN}""", "The text is not valid JSON")]
    [InlineData("""{"time": "1"}""", "'time' is not a number")]
    [InlineData("""{"time": 1e300}""", "'time' is over 1e10 s")]
    [InlineData("""{"time": 1, "time": 2}""", "'time' is given twice")]
    [InlineData("""{"time": 1, "frame": 2}""", "A name is not 'time' or 'seek'")]
    public async Task It_closes_the_stream_with_a_reason(string text, string reason)
    {
        using StreamClient client = await StreamClient.OpenAsync(shared.Server);
        await client.AskAsync(Fear, 1);
        await client.TextAsync(text);

        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, await client.EndAsync());
        Assert.Equal(
            $$"""{{reason}}, expected {"time": 1.5} or {"time": 1.5, "seek": true}, and frames as binary messages""",
            client.Reason
        );
    }

    [Theory]
    [InlineData(1025)]
    [InlineData(100_000)]
    [InlineData(5_000_000)]
    public async Task A_large_one_closes_the_stream_and_takes_no_memory_for_uploads(int size)
    {
        await using TestServer server = await TestServer.StartAsync();
        using StreamClient client = await StreamClient.OpenAsync(server);
        await client.TextAsync("""{"time": 1}""".PadRight(size));

        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, await client.EndAsync());
        Assert.StartsWith("The text has over 1024 bytes, expected", client.Reason, StringComparison.Ordinal);
        Assert.Equal(0, server.Budget.Held);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_close_the_stream()
    {
        using StreamClient client = await StreamClient.OpenAsync(shared.Server);
        await client.TextAsync([.. "{\"time\": 1"u8, 0xFF, .. "}"u8]);
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, await client.EndAsync());
    }

    [Fact]
    public async Task A_time_can_come_in_parts()
    {
        using StreamClient client = await StreamClient.OpenAsync(shared.Server);
        await client.TextAsync("", isEnd: false);
        await client.TextAsync("""{"ti""", isEnd: false);
        await client.TextAsync("", isEnd: false);
        await client.TextAsync("""me": 4.5}""");
        await client.FrameAsync(Fear);
        Assert.Equal(4.5, (await client.ReadAsync()).GetProperty("time").GetDouble());
    }

    [Fact]
    public async Task Many_times_without_frames_are_no_frames()
    {
        await using TestServer server = await TestServer.StartAsync(o =>
            o with
            {
                StreamIdle = TimeSpan.FromSeconds(2), // longer than it takes to send the times on a busy machine
            }
        );
        using StreamClient client = await StreamClient.OpenAsync(server);
        for (int i = 0; i < 200; i++)
        {
            await client.TextAsync(JsonSerializer.Serialize(new { time = i }));
        }

        Assert.Equal((WebSocketCloseStatus)4408, await client.EndAsync());
        Assert.Equal("No frame was received for 2 s.", client.Reason);
    }

    [Fact]
    public async Task The_last_of_several_times_counts()
    {
        using StreamClient client = await StreamClient.OpenAsync(shared.Server);
        await client.AskAsync(Fear, 1);
        await client.TextAsync("""{"time": 50, "seek": true}""");
        await client.TextAsync("""{"time": 1.2}""");
        await client.FrameAsync(Fear);
        JsonElement answer = await client.ReadAsync();

        Assert.Equal(1.2, answer.GetProperty("time").GetDouble());
        Assert.Equal(2, answer.GetProperty("faces")[0].GetProperty("id").GetInt32());
    }
}
