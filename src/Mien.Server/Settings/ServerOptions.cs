using System.Net;
using Microsoft.Extensions.Logging;

namespace Mien.Server;

/// <summary>
/// How the service works. Every property is a setting of the same name (<see cref="ServerSettings"/>), which a file,
/// the environment or a flag can give. Immutable.
/// </summary>
internal sealed record ServerOptions
{
    /// <summary>The address that is listened on: 127.0.0.1 unless set, so that only this machine reaches it.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The TCP port, 0..65535; 0 takes any that is free.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>
    /// Host names, besides <c>localhost</c> and addresses, by which the service may be called, in lower case and
    /// without ports; <c>*</c> allows all. Other names are refused, since a name that a foreign site controls could be
    /// pointed here.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>
    /// Origins of other sites, such as <c>https://example.org</c>, whose pages may call the API; none unless set.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Addresses of reverse proxies whose <c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c> and
    /// <c>X-Forwarded-Prefix</c> are believed; none unless set.
    /// </summary>
    public IReadOnlyList<IPAddress> TrustedProxies { get; init; } = [];

    /// <summary>
    /// The path, such as <c>/mien</c>, under which a reverse proxy serves the service, where it sends no
    /// <c>X-Forwarded-Prefix</c>; empty unless set. The service answers with and without it.
    /// </summary>
    public string PathBase { get; init; } = "";

    /// <summary>Keys of which a caller must send one; none, unless set, lets everybody in.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>A built-in model's name or the path of a model file; the best built-in model unless set.</summary>
    public string Model { get; init; } = BuiltInModels.Default;

    /// <summary>The network that finds faces.</summary>
    public DetectorModel Detector { get; init; }

    /// <summary>What the networks run on.</summary>
    public InferenceDevice Device { get; init; }

    /// <summary>
    /// Results with less confidence, 0..1, are marked as uncertain; unless set, what the model's contract says.
    /// </summary>
    public float? UncertainBelow { get; init; }

    /// <summary>Images that are worked on at a time, a thread each; 0: as many as there are processors.</summary>
    public int Workers { get; init; }

    /// <summary>
    /// Images that may wait for a worker; where there is no room, the answer is 503 with <c>Retry-After</c>.
    /// </summary>
    public int QueueLength { get; init; } = 64;

    /// <summary>
    /// The most waiting images that a worker takes together, so that the network runs once for all of their faces; 1:
    /// none together.
    /// </summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// How long a worker goes on taking images that wait already into one batch. It never waits for images that are not
    /// there.
    /// </summary>
    public TimeSpan BatchWindow { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The largest request body in bytes.</summary>
    public long MaxBodyBytes { get; init; } = 32 << 20;

    /// <summary>The largest image file in bytes; at most <see cref="MaxBodyBytes"/>.</summary>
    public long MaxImageBytes { get; init; } = 16 << 20;

    /// <summary>The largest picture in millions of pixels, refused before it is decoded.</summary>
    public double MaxMegapixels { get; init; } = 50;

    /// <summary>The most files in one request; at most <see cref="QueueLength"/>.</summary>
    public int MaxFiles { get; init; } = 16;

    /// <summary>
    /// The most faces of an image, of which the largest are kept, and the most boxes that a request may give.
    /// </summary>
    public int MaxFaces { get; init; } = 200;

    /// <summary>
    /// The bytes of all uploads that are held at a time; at least <see cref="MaxBodyBytes"/>. Over it the answer is
    /// 503.
    /// </summary>
    public long MaxBufferedBytes { get; init; } = 256 << 20;

    /// <summary>The most open connections, streams among them; more are closed at once.</summary>
    public int MaxConnections { get; init; } = 1000;

    /// <summary>How long a request may take, from its headers to its answer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client may take to send a request's headers.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The slowest upload in bytes a second, after a grace of 5 seconds; 0: any.</summary>
    public double MinDataRate { get; init; } = 1000;

    /// <summary>Requests a second that one client may make in the long run; 0: any number.</summary>
    public double Rate { get; init; } = 100;

    /// <summary>Requests that one client may make at once, before <see cref="Rate"/> holds.</summary>
    public int RateBurst { get; init; } = 200;

    /// <summary>The most streams at a time; 0: none.</summary>
    public int MaxStreams { get; init; } = 16;

    /// <summary>A stream that sends no frame for so long is closed.</summary>
    public TimeSpan StreamIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most frames a second of a stream that are worked on; others are dropped for newer ones.</summary>
    public double MaxFrameRate { get; init; } = 30;

    /// <summary>The largest frame of a stream in bytes; a larger one closes the stream.</summary>
    public long MaxFrameBytes { get; init; } = 4 << 20;

    /// <summary>The time constant by which a stream's probabilities are smoothed; zero: not at all.</summary>
    public TimeSpan Smoothing { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How long a stop waits for the requests under way.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether <c>/metrics</c> is served.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>
    /// Where traces and metrics are sent by OTLP over gRPC, such as <c>http://127.0.0.1:4317</c>; nowhere unless set.
    /// </summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Whether each line of the log is a JSON object.</summary>
    public bool JsonLogs { get; init; }

    /// <summary>The least level of what is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>
    /// A folder that is served in place of the page inside the program, for those who work on the page; none unless
    /// set.
    /// </summary>
    public string? PageFolder { get; init; }

    /// <summary>The workers that <see cref="Workers"/> stands for; at least 1.</summary>
    internal int WorkerCount => Workers > 0 ? Workers : Environment.ProcessorCount;

    /// <summary>
    /// The largest JSON body: base64 is 4/3 of the image, and line breaks and escapes come on top of it.
    /// </summary>
    internal long MaxJsonBytes => Math.Max(MaxBodyBytes, (MaxImageBytes * 3 / 2) + 4096);

    /// <summary>What is refused before decoding.</summary>
    internal ImageLimits ImageLimits => new() { MaxBytes = MaxImageBytes, MaxPixels = (long)(MaxMegapixels * 1e6) };

    /// <summary>How the one recognizer works: a thread an image, since images come side by side.</summary>
    internal RecognizerOptions Recognizer =>
        new()
        {
            Model = Model,
            Detector = Detector,
            Inference = new ClassifierOptions
            {
                Threads = 1,
                Device = Device,
                Spinning = false,
            },
            Detection = new DetectionOptions { MaxFaces = MaxFaces },
            Limits = ImageLimits,
            UncertainBelow = UncertainBelow,
        };
}
