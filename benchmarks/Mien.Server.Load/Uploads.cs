using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mien.Server.Load;

/// <summary>Uploads of all kinds, valid and invalid, with their expected outcomes.</summary>
internal sealed class Uploads(Uri address, byte[] photo) : IDisposable
{
    /// <summary>The cycle of twenty kinds, mostly valid ones.</summary>
    private static readonly string[] Turn =
    [
        "photo",
        "photo",
        "photo",
        "crop",
        "photo",
        "nonsense",
        "photo",
        "cut off",
        "photo",
        "form",
        "photo",
        "oversized",
        "photo",
        "crop",
        "photo",
        "truncated",
        "photo",
        "bad query",
        "annotated",
        "photo",
    ];

    private static readonly byte[] Crop = new GrayImage(
        48,
        48,
        [.. Enumerable.Range(0, 48 * 48).Select(i => (byte)(i % 251))]
    ).EncodePng();

    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 })
    {
        BaseAddress = address,
    };

    /// <summary>The kind of the request with a number; every hundredth is sent slowly.</summary>
    public static string KindOf(int number) => number % 100 == 0 ? "slow" : Turn[number % Turn.Length];

    /// <summary>Whether an outcome is expected. 503 is the answer of a full queue.</summary>
    public static bool IsExpected(string kind, string outcome) =>
        outcome == "503"
        || kind switch
        {
            "photo" or "crop" or "form" or "annotated" or "slow" => outcome == "200",
            "nonsense" => outcome == "415",
            "truncated" => outcome is "422" or "415",
            "bad query" => outcome == "400",
            "oversized" => outcome is "413" or "cut", // the service need not read a body that it rejects
            "cut off" => outcome == "sent",
            "stream" => outcome is "answered" or "refused 503",
            "stream killed" => outcome is "sent" or "refused 503",
            "slow loris" => outcome is "ended by the service" or "held",
            _ => false,
        };

    public void Dispose() => client.Dispose();

    public async Task<string> SendAsync(string kind)
    {
        try
        {
            return kind switch
            {
                "cut off" => await CutOffAsync(),
                "slow" => await SlowAsync(),
                "crop" => await PostAsync("/v1/faces", new ByteArrayContent(Crop)),
                "nonsense" => await PostAsync("/v1/faces", new ByteArrayContent(photo.AsSpan(100, 3000).ToArray())),
                "truncated" => await PostAsync("/v1/faces", new ByteArrayContent(photo[..(photo.Length / 2)])),
                "oversized" => await PostAsync("/v1/faces", new ByteArrayContent(new byte[17 << 20])),
                "bad query" => await PostAsync("/v1/faces?top=99", new ByteArrayContent(Crop)),
                "annotated" => await PostAsync("/v1/faces?annotate=true", new ByteArrayContent(photo)),
                "form" => await PostAsync(
                    "/v1/faces?crops=true",
                    new MultipartFormDataContent
                    {
                        { new ByteArrayContent(photo), "a", "a.jpg" },
                        { new ByteArrayContent(Crop[..20]), "b", "b.png" },
                    }
                ),
                _ => await PostAsync("/v1/faces", new ByteArrayContent(photo)),
            };
        }
        catch (HttpRequestException e) when (e.InnerException is IOException or SocketException)
        {
            return "cut";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or TaskCanceledException)
        {
            return e.GetType().Name;
        }
    }

    private async Task<string> PostAsync(string path, HttpContent content)
    {
        using HttpResponseMessage answer = await client.PostAsync(path, content);
        await answer.Content.ReadAsByteArrayAsync();
        return ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A client that is killed in the middle of its upload, so that the connection is reset.</summary>
    private async Task<string> CutOffAsync()
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Head(photo.Length));
        await socket.SendAsync(photo.AsMemory(0, photo.Length / 3));
        socket.LingerState = new LingerOption(true, 0);
        return "sent";
    }

    /// <summary>A slow but valid client that takes a second for the photo.</summary>
    private async Task<string> SlowAsync()
    {
        using var socket = await ConnectAsync();
        await socket.SendAsync(Head(photo.Length));
        int part = (photo.Length / 20) + 1;
        for (int i = 0; i < photo.Length; i += part)
        {
            await socket.SendAsync(photo.AsMemory(i, Math.Min(part, photo.Length - i)));
            await Task.Delay(50);
        }

        byte[] answer = new byte[1024];
        int count = await socket.ReceiveAsync(answer);
        return Encoding.ASCII.GetString(answer, 0, count).Split(' ') is [_, var status, ..] ? status : "cut";
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        return socket;
    }

    private static byte[] Head(int length) =>
        Encoding.ASCII.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $"POST /v1/faces HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
            )
        );
}
