using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Mien.Server;

/// <summary>All settings of the service, in the order in which help and documentation list them. Thread-safe.</summary>
internal static class ServerSettings
{
    private static readonly ServerOptions Default = new();

    /// <summary>The settings.</summary>
    public static IReadOnlyList<ServerSetting> All { get; } =
    [
        new(
            "Address",
            "IP",
            "127.0.0.1",
            "Listen on this address; * for all of this machine's.",
            (o, v) => o with { Address = SettingText.Address(v) }
        ),
        Whole(
            "Port",
            Default.Port,
            0,
            65535,
            "Listen on this port; 0 for any free one.",
            (o, v) => o with { Port = v }
        ),
        new(
            "AllowedHosts",
            "NAME,…",
            "",
            "Answer to these host names too, besides localhost and addresses; * for any.",
            (o, v) => o with { AllowedHosts = SettingText.Hosts(v) }
        ),
        new(
            "AllowedOrigins",
            "ORIGIN,…",
            "",
            "Let pages of these sites call the API (CORS), such as https://example.org.",
            (o, v) => o with { AllowedOrigins = SettingText.Origins(v) }
        ),
        new(
            "TrustedProxies",
            "IP,…",
            "",
            "Believe the X-Forwarded headers of these reverse proxies.",
            (o, v) => o with { TrustedProxies = SettingText.Addresses(v) }
        ),
        new(
            "PathBase",
            "PATH",
            "",
            "Answer under this path too, such as /mien, for a reverse proxy that serves the service there.",
            (o, v) => o with { PathBase = SettingText.PathBase(v) }
        ),
        new(
            "ApiKeys",
            "KEY,…",
            "",
            "Let in only callers that send one of these keys.",
            (o, v) => o with { ApiKeys = [.. o.ApiKeys, .. SettingText.Keys(SettingText.List(v))] }
        )
        {
            IsSecret = true,
        },
        new(
            "ApiKeysFile",
            "FILE",
            "",
            "Let in only callers that send one of the keys in this file, a key a line; or set MIEN_API_KEYS.",
            (o, v) => o with { ApiKeys = [.. o.ApiKeys, .. SettingText.KeysOfFile(v)] }
        ),
        new(
            "Model",
            "NAME|FILE",
            BuiltInModels.Default,
            "A built-in model (see 'mien models') or an ONNX file with a contract.",
            (o, v) => o with { Model = v.Length > 0 ? v : throw new FormatException("a name or a file") }
        ),
        new(
            "Detector",
            "back|front",
            "back",
            "The network that finds faces: back for any photo, front for large near faces, which is quicker.",
            (o, v) =>
                o with
                {
                    Detector = SettingText.OneOf(v, ("back", DetectorModel.Back), ("front", DetectorModel.Front)),
                }
        ),
        new(
            "Device",
            "auto|cpu|cuda",
            "auto",
            "What the networks run on.",
            (o, v) =>
                o with
                {
                    Device = SettingText.OneOf(
                        v,
                        ("auto", InferenceDevice.Auto),
                        ("cpu", InferenceDevice.Cpu),
                        ("cuda", InferenceDevice.Cuda)
                    ),
                }
        ),
        new(
            "UncertainBelow",
            "X|model",
            "model",
            "Mark results with less confidence as uncertain; model: what the model's contract says.",
            (o, v) => o with { UncertainBelow = v == "model" ? null : (float)SettingText.Number(v, 0, 1) }
        ),
        Whole(
            "Workers",
            Default.Workers,
            0,
            1024,
            "Images worked on at a time; 0: one a processor.",
            (o, v) => o with { Workers = v }
        ),
        Whole(
            "QueueLength",
            Default.QueueLength,
            1,
            100_000,
            "Images that may wait; over it the answer is 503.",
            (o, v) => o with { QueueLength = v }
        ),
        Whole(
            "BatchSize",
            Default.BatchSize,
            1,
            64,
            "Waiting images that one run of the network may take together.",
            (o, v) => o with { BatchSize = v }
        ),
        Time(
            "BatchWindow",
            Default.BatchWindow,
            TimeSpan.Zero,
            TimeSpan.FromSeconds(1),
            "How long a worker goes on taking images that wait already into a batch.",
            (o, v) => o with { BatchWindow = v }
        ),
        Size("MaxBodyBytes", Default.MaxBodyBytes, "The largest request.", (o, v) => o with { MaxBodyBytes = v }),
        Size("MaxImageBytes", Default.MaxImageBytes, "The largest image file.", (o, v) => o with { MaxImageBytes = v }),
        Fraction(
            "MaxMegapixels",
            Default.MaxMegapixels,
            0.001,
            500,
            "The largest picture in millions of pixels.",
            (o, v) => o with { MaxMegapixels = v }
        ),
        Whole("MaxFiles", Default.MaxFiles, 1, 1000, "The most files in a request.", (o, v) => o with { MaxFiles = v }),
        Whole(
            "MaxFaces",
            Default.MaxFaces,
            1,
            10_000,
            "The most faces of an image, of which the largest are kept.",
            (o, v) => o with { MaxFaces = v }
        ),
        Size(
            "MaxBufferedBytes",
            Default.MaxBufferedBytes,
            "The bytes of all uploads that are held at a time; over it the answer is 503.",
            (o, v) => o with { MaxBufferedBytes = v }
        ),
        Whole(
            "MaxConnections",
            Default.MaxConnections,
            1,
            1_000_000,
            "The most open connections.",
            (o, v) => o with { MaxConnections = v }
        ),
        Time(
            "RequestTimeout",
            Default.RequestTimeout,
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromHours(1),
            "How long a request may take, upload and waiting included.",
            (o, v) => o with { RequestTimeout = v }
        ),
        Time(
            "HeadersTimeout",
            Default.HeadersTimeout,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromMinutes(10),
            "How long a client may take to send a request's headers.",
            (o, v) => o with { HeadersTimeout = v }
        ),
        Fraction(
            "MinDataRate",
            Default.MinDataRate,
            0,
            1e9,
            "The slowest upload in bytes a second; 0: any.",
            (o, v) => o with { MinDataRate = v }
        ),
        Fraction(
            "Rate",
            Default.Rate,
            0,
            1e6,
            "Requests a second of one client; 0: any number.",
            (o, v) => o with { Rate = v }
        ),
        Whole(
            "RateBurst",
            Default.RateBurst,
            1,
            1_000_000,
            "Requests that one client may make at once.",
            (o, v) => o with { RateBurst = v }
        ),
        Whole(
            "MaxStreams",
            Default.MaxStreams,
            0,
            100_000,
            "The most camera streams at a time.",
            (o, v) => o with { MaxStreams = v }
        ),
        Time(
            "StreamIdle",
            Default.StreamIdle,
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromHours(24),
            "Close a stream that sends no frame for so long.",
            (o, v) => o with { StreamIdle = v }
        ),
        Fraction(
            "MaxFrameRate",
            Default.MaxFrameRate,
            0.1,
            1000,
            "The most frames a second of a stream that are worked on.",
            (o, v) => o with { MaxFrameRate = v }
        ),
        Size(
            "MaxFrameBytes",
            Default.MaxFrameBytes,
            "The largest frame of a stream.",
            (o, v) => o with { MaxFrameBytes = v }
        ),
        Time(
            "Smoothing",
            Default.Smoothing,
            TimeSpan.Zero,
            TimeSpan.FromMinutes(1),
            "The time constant by which a stream's probabilities are smoothed; 0: not at all.",
            (o, v) => o with { Smoothing = v }
        ),
        Time(
            "ShutdownTimeout",
            Default.ShutdownTimeout,
            TimeSpan.Zero,
            TimeSpan.FromMinutes(10),
            "How long a stop waits for the requests under way.",
            (o, v) => o with { ShutdownTimeout = v }
        ),
        new(
            "Metrics",
            "on|off",
            "on",
            "Serve /metrics for Prometheus.",
            (o, v) =>
                o with
                {
                    Metrics = SettingText.OneOf(v, ("on", true), ("off", false), ("true", true), ("false", false)),
                }
        ),
        new(
            "OtlpEndpoint",
            "URL",
            "",
            "Send traces and metrics there by OTLP over gRPC.",
            (o, v) => o with { OtlpEndpoint = SettingText.Endpoint(v) }
        ),
        new(
            "LogFormat",
            "text|json",
            "text",
            "The form of the log, a line an entry.",
            (o, v) => o with { JsonLogs = SettingText.OneOf(v, ("text", false), ("json", true)) }
        ),
        new(
            "LogLevel",
            "LEVEL",
            "information",
            "What is logged at least: debug, information, warning, error or none.",
            (o, v) =>
                o with
                {
                    LogLevel = SettingText.OneOf(
                        v,
                        ("debug", LogLevel.Debug),
                        ("information", LogLevel.Information),
                        ("warning", LogLevel.Warning),
                        ("error", LogLevel.Error),
                        ("none", LogLevel.None)
                    ),
                }
        ),
        new(
            "PageFolder",
            "DIR",
            "",
            "Serve the page from a folder, to work on it.",
            (o, v) => o with { PageFolder = SettingText.Folder(v) }
        ),
    ];

    private static ServerSetting Whole(
        string name,
        int usual,
        int least,
        int most,
        string help,
        Func<ServerOptions, int, ServerOptions> apply
    ) =>
        new(
            name,
            "N",
            usual.ToString(CultureInfo.InvariantCulture),
            help,
            (o, v) => apply(o, SettingText.WholeNumber(v, least, most))
        );

    private static ServerSetting Fraction(
        string name,
        double usual,
        double least,
        double most,
        string help,
        Func<ServerOptions, double, ServerOptions> apply
    ) =>
        new(
            name,
            "X",
            usual.ToString(CultureInfo.InvariantCulture),
            help,
            (o, v) => apply(o, SettingText.Number(v, least, most))
        );

    private static ServerSetting Size(
        string name,
        long usual,
        string help,
        Func<ServerOptions, long, ServerOptions> apply
    ) => new(name, "N[K|M|G]", $"{usual >> 20}M", help, (o, v) => apply(o, SettingText.Bytes(v, 2047L << 20)));

    private static ServerSetting Time(
        string name,
        TimeSpan usual,
        TimeSpan least,
        TimeSpan most,
        string help,
        Func<ServerOptions, TimeSpan, ServerOptions> apply
    ) => new(name, "TIME", SettingText.Short(usual), help, (o, v) => apply(o, SettingText.Time(v, least, most)));
}
