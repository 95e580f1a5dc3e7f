using System.Net;
using Microsoft.Extensions.Logging;

namespace Mien.Server;

/// <summary>
/// Options of the service. Each property is a setting of the same name (<see cref="ServerSettings"/>), given in a file,
/// an environment variable or a flag. Immutable.
/// </summary>
internal sealed record ServerOptions
{
    /// <summary>The IP address to listen on; the default 127.0.0.1 is reachable from this machine only.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The TCP port, 0..65535; 0 uses any free port.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>
    /// Host names that requests may use, besides <c>localhost</c> and IP addresses, in lower case and without ports;
    /// <c>*</c> allows all. Other names are refused, since another site could point its own name at this machine (DNS
    /// rebinding).
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>
    /// Origins such as <c>https://example.org</c> whose pages may call the API; none by default.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Addresses of reverse proxies whose <c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c> and
    /// <c>X-Forwarded-Prefix</c> headers are trusted; none by default.
    /// </summary>
    public IReadOnlyList<IPAddress> TrustedProxies { get; init; } = [];

    /// <summary>
    /// The path, such as <c>/mien</c>, under which a reverse proxy serves the service, if the proxy does not send
    /// <c>X-Forwarded-Prefix</c>; empty by default. The service answers with and without it.
    /// </summary>
    public string PathBase { get; init; } = "";

    /// <summary>API keys; each caller must send one of them. Empty (the default): no key is needed.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>The name of a built-in model or the path of a model file; by default the best built-in model.</summary>
    public string Model { get; init; } = BuiltInModels.Default;

    /// <summary>
    /// The head of a model with several that is used unless a request names one; <see langword="null"/> uses the
    /// default of the model.
    /// </summary>
    public string? Head { get; init; }

    /// <summary>The face detector.</summary>
    public DetectorModel Detector { get; init; }

    /// <summary>The device that runs the networks.</summary>
    public InferenceDevice Device { get; init; }

    /// <summary>
    /// Predictions with a confidence below this, 0..1, are marked as uncertain; <see langword="null"/> uses the
    /// threshold in the model's contract.
    /// </summary>
    public float? UncertainBelow { get; init; }

    /// <summary>The number of worker threads, each processing one image at a time; 0: one per processor.</summary>
    public int Workers { get; init; }

    /// <summary>
    /// The maximum number of images that wait for a worker; a full queue is answered with 503 and <c>Retry-After</c>.
    /// </summary>
    public int QueueLength { get; init; } = 64;

    /// <summary>
    /// The maximum number of queued face crops that a worker classifies in one run of the network; 1: no batching.
    /// </summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// The maximum time that a worker spends collecting queued crops into a batch. It never waits for crops that have
    /// not arrived.
    /// </summary>
    public TimeSpan BatchWindow { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>The maximum size of a request body in bytes.</summary>
    public long MaxBodyBytes { get; init; } = 32 << 20;

    /// <summary>The maximum size of an image file in bytes; at most <see cref="MaxBodyBytes"/>.</summary>
    public long MaxImageBytes { get; init; } = 16 << 20;

    /// <summary>The maximum image size in megapixels; larger images are refused before they are decoded.</summary>
    public double MaxMegapixels { get; init; } = 50;

    /// <summary>The maximum number of files in a request; at most <see cref="QueueLength"/>.</summary>
    public int MaxFiles { get; init; } = 16;

    /// <summary>
    /// The maximum number of faces per image, of which the largest are kept, and of boxes in a request.
    /// </summary>
    public int MaxFaces { get; init; } = 200;

    /// <summary>
    /// The maximum total size of the uploads in memory, in bytes; at least <see cref="MaxBodyBytes"/>. More are
    /// answered with 503.
    /// </summary>
    public long MaxBufferedBytes { get; init; } = 256 << 20;

    /// <summary>The maximum number of open connections, including streams; further ones are closed at once.</summary>
    public int MaxConnections { get; init; } = 1000;

    /// <summary>The maximum duration of a request, from its headers to its answer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The maximum time for a client to send the request headers.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The minimum upload rate in bytes per second, after a grace period of 5 seconds; 0: no minimum.
    /// </summary>
    public double MinDataRate { get; init; } = 1000;

    /// <summary>The sustained number of requests per second and client; 0: no limit.</summary>
    public double Rate { get; init; } = 100;

    /// <summary>The maximum burst of requests per client, before <see cref="Rate"/> applies.</summary>
    public int RateBurst { get; init; } = 200;

    /// <summary>The maximum number of open streams; 0: no streams.</summary>
    public int MaxStreams { get; init; } = 16;

    /// <summary>A stream that sends no frame for this time is closed.</summary>
    public TimeSpan StreamIdle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The maximum number of frames processed per second of a stream, unless its frames have media times; newer frames
    /// replace those that wait.
    /// </summary>
    public double MaxFrameRate { get; init; } = 30;

    /// <summary>The maximum size of a stream's frame in bytes; a larger one closes the stream.</summary>
    public long MaxFrameBytes { get; init; } = 4 << 20;

    /// <summary>The time constant for smoothing a stream's probabilities; zero: no smoothing.</summary>
    public TimeSpan Smoothing { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The maximum time to finish running requests at shutdown.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether <c>/metrics</c> is served.</summary>
    public bool Metrics { get; init; } = true;

    /// <summary>
    /// The OTLP endpoint (gRPC) for traces and metrics, such as <c>http://127.0.0.1:4317</c>; <see langword="null"/>
    /// sends none.
    /// </summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Whether each log line is a JSON object.</summary>
    public bool JsonLogs { get; init; }

    /// <summary>The minimum level of logged entries.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>
    /// A folder whose files replace those of the built-in page, for development; <see langword="null"/> uses the
    /// built-in page.
    /// </summary>
    public string? PageFolder { get; init; }

    /// <summary>The actual number of workers, with 0 resolved; at least 1.</summary>
    internal int WorkerCount => Workers > 0 ? Workers : Environment.ProcessorCount;

    /// <summary>
    /// The maximum size of a JSON body in bytes: base64 takes 4/3 of the image's size, and line breaks and escapes add
    /// to it.
    /// </summary>
    internal long MaxJsonBytes => Math.Max(MaxBodyBytes, (MaxImageBytes * 3 / 2) + 4096);

    /// <summary>Limits that are checked before an image is decoded.</summary>
    internal ImageLimits ImageLimits => new() { MaxBytes = MaxImageBytes, MaxPixels = (long)(MaxMegapixels * 1e6) };

    /// <summary>
    /// Options of the shared recognizer: one inference thread per image, since the workers process images in parallel.
    /// </summary>
    internal RecognizerOptions Recognizer =>
        new()
        {
            Model = Model,
            Head = Head,
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
