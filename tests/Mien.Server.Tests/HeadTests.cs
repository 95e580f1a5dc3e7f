using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Mien.Server.Tests;

/// <summary>The heads of a model in the API: the parameter, the setting, and the answers.</summary>
public sealed class HeadTests(SharedServer shared) : IDisposable
{
    private static readonly byte[] Gray = [10, 60, 200, 255, 0, 90];
    private static readonly byte[] Crop = new GrayImage(3, 2, Gray).EncodePng();

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_request_names_the_head_and_the_setting_is_its_default()
    {
        await using TestServer blend = await StartAsync(null);
        await using TestServer plus = await StartAsync("ferplus");

        await AssertHead(blend, "", "blend");
        await AssertHead(blend, "?head=fer2013", "fer2013");
        await AssertHead(plus, "", "ferplus");
        await AssertHead(plus, "?head=blend", "blend");
        await AssertHead(plus, "?head=fer2013&explain=true", "fer2013");

        static async Task AssertHead(TestServer server, string query, string head)
        {
            JsonElement answer = await server.Client.PostAsync("/v1/faces" + query, Images.Body(Crop)).JsonAsync();
            double[] expected = TinyModels.Softmaxed(
                HeadModels.Logits(Gray, head),
                HeadModels.Contract.SelectHead(head).Temperature
            );
            Assert.Equal(head, answer.GetProperty("head").GetString());
            Assert.Equal(
                expected,
                answer.GetProperty("faces")[0].GetProperty("scores").EnumerateObject().Select(s => s.Value.GetDouble()),
                (a, b) => Math.Abs(a - b) < 1e-5
            );
        }
    }

    [Fact]
    public async Task An_unknown_head_is_an_error_that_lists_the_heads()
    {
        await using TestServer two = await StartAsync(null);

        string unknown = await DetailAsync(two.Client, "none");
        string one = await DetailAsync(shared.Client, "ferplus");

        Assert.Equal("'head' is 'none', expected blend, fer2013, ferplus.", unknown);
        Assert.Equal("'head' is 'ferplus', but the model has one head, which has no name. Leave 'head' out.", one);

        static Task<string> DetailAsync(HttpClient client, string head) =>
            client.PostAsync("/v1/faces?head=" + head, Images.Body(Crop)).ProblemAsync(400, "badQuery");
    }

    [Fact]
    public async Task A_service_with_an_unknown_head_does_not_start()
    {
        MienException error = await Assert.ThrowsAsync<MienException>(() => StartAsync("none"));

        Assert.Equal(("noSuchHead", ErrorKind.BadUsage), (error.Code, error.Kind));
    }

    [Fact]
    public async Task Info_lists_the_heads_and_names_the_default()
    {
        await using TestServer two = await StartAsync("ferplus");

        JsonElement info = await two.Client.GetAsync("/v1/info").JsonAsync(),
            plain = await shared.Client.GetAsync("/v1/info").JsonAsync();

        Assert.Equal("ferplus", info.GetProperty("head").GetString());
        Assert.Equal(
            ["blend", "fer2013", "ferplus"],
            info.GetProperty("heads").EnumerateArray().Select(h => h.GetString())
        );
        Assert.Equal(0.6, info.GetProperty("uncertainBelow").GetDouble(), 1e-6);
        Assert.False(plain.TryGetProperty("head", out _) || plain.TryGetProperty("heads", out _));
    }

    [Fact]
    public async Task A_stream_uses_the_head_and_its_threshold()
    {
        // Every prediction of ferplus is uncertain, and none of the others is.
        await using TestServer server = await StartAsync(
            null,
            HeadModels.Contract with
            {
                Heads =
                [
                    HeadModels.Contract.Heads![0] with
                    {
                        UncertainBelow = 0,
                    },
                    HeadModels.Contract.Heads[1] with
                    {
                        UncertainBelow = 1,
                    },
                ],
            }
        );

        Assert.Equal(("ferplus", true), await FirstAsync("?head=ferplus"));
        Assert.Equal(("fer2013", false), await FirstAsync("?head=fer2013"));

        async Task<(string? Head, bool Uncertain)> FirstAsync(string query)
        {
            using var socket = new ClientWebSocket();
            await socket.ConnectAsync(
                new Uri($"ws://{server.Address.Authority}/v1/stream{query}"),
                TestContext.Current.CancellationToken
            );
            await socket.SendAsync(Crop, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
            byte[] buffer = new byte[65536];
            WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            JsonElement frame = JsonDocument.Parse(Encoding.UTF8.GetString(buffer, 0, received.Count)).RootElement;
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
            JsonElement smoothed = frame.GetProperty("faces")[0].GetProperty("smoothed");
            return (
                frame.GetProperty("head").GetString(),
                smoothed.GetProperty("uncertainReason").EnumerateArray().Any(r => r.GetString() == "lowConfidence")
            );
        }
    }

    private Task<TestServer> StartAsync(string? head, ModelContract? contract = null)
    {
        string model = folder.Write($"{Guid.NewGuid():N}.onnx", HeadModels.Linear(contract ?? HeadModels.Contract));
        return TestServer.StartAsync(o => o with { Model = model, Head = head });
    }
}
