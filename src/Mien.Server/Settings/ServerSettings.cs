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
            "Listen on this address; *: all addresses of this machine.",
            (o, v) => o with { Address = SettingText.Address(v) }
        ),
        Whole("Port", Default.Port, 0, 65535, "Listen on this port; 0: any free port.", (o, v) => o with { Port = v }),
        new(
            "AllowedHosts",
            "NAME,…",
            "",
            "Accept requests for these host names, besides localhost and IP addresses; *: any.",
            (o, v) => o with { AllowedHosts = SettingText.Hosts(v) }
        ),
        new(
            "AllowedOrigins",
            "ORIGIN,…",
            "",
            "Allow pages from these origins to call the API (CORS), such as https://example.org.",
            (o, v) => o with { AllowedOrigins = SettingText.Origins(v) }
        ),
        new(
            "TrustedProxies",
            "IP,…",
            "",
            "Trust the X-Forwarded headers of these reverse proxies.",
            (o, v) => o with { TrustedProxies = SettingText.Addresses(v) }
        ),
        new(
            "PathBase",
            "PATH",
            "",
            "Path under which a reverse proxy serves this service, such as /mien.",
            (o, v) => o with { PathBase = SettingText.PathBase(v) }
        ),
        new(
            "ApiKeys",
            "KEY,…",
            "",
            "Require one of these API keys.",
            (o, v) => o with { ApiKeys = [.. o.ApiKeys, .. SettingText.Keys(SettingText.List(v))] }
        )
        {
            IsSecret = true,
        },
        new(
            "ApiKeysFile",
            "FILE",
            "",
            "Require one of the API keys in this file, one key per line; or set MIEN_API_KEYS.",
            (o, v) => o with { ApiKeys = [.. o.ApiKeys, .. SettingText.KeysOfFile(v)] }
        ),
        new(
            "Model",
            "NAME|FILE",
            BuiltInModels.Default,
            "Built-in model (see 'mien models') or ONNX file with a contract.",
            (o, v) => o with { Model = v.Length > 0 ? v : throw new FormatException("a name or a file") }
        ),
        new(
            "Head",
            "NAME",
            "",
            "Head of a model with several, unless a request names one: blend (their default), fer2013 or ferplus.",
            (o, v) => o with { Head = v.Length > 0 ? v : null }
        ),
        new(
            "Detector",
            "auto|back|front|full",
            "auto",
            "Face detector. auto: back and full, and tiles only where small faces may be; back: general purpose; "
                + "front: close-ups, faster; full: upright faces, faster than back.",
            (o, v) =>
                o with
                {
                    Detector = SettingText.OneOf(
                        v,
                        ("auto", DetectorModel.Auto),
                        ("back", DetectorModel.Back),
                        ("front", DetectorModel.Front),
                        ("full", DetectorModel.Full)
                    ),
                }
        ),
        new(
            "Device",
            "auto|cpu|cuda|coreml",
            "auto",
            "Device that runs the networks.",
            (o, v) =>
                o with
                {
                    Device = SettingText.OneOf(
                        v,
                        ("auto", InferenceDevice.Auto),
                        ("cpu", InferenceDevice.Cpu),
                        ("cuda", InferenceDevice.Cuda),
                        ("coreml", InferenceDevice.CoreMl)
                    ),
                }
        ),
        new(
            "UncertainBelow",
            "X|model",
            "model",
            "Mark predictions with a lower confidence as uncertain; model: the threshold in the model's contract.",
            (o, v) => o with { UncertainBelow = v == "model" ? null : (float)SettingText.Number(v, 0, 1) }
        ),
        Whole(
            "Workers",
            Default.Workers,
            0,
            1024,
            "Images processed in parallel; 0: one per processor.",
            (o, v) => o with { Workers = v }
        ),
        Whole(
            "QueueLength",
            Default.QueueLength,
            1,
            100_000,
            "Maximum number of queued images; a full queue is answered with 503.",
            (o, v) => o with { QueueLength = v }
        ),
        Whole(
            "BatchSize",
            Default.BatchSize,
            1,
            64,
            "Maximum number of queued crops in a batch; 1: no batching.",
            (o, v) => o with { BatchSize = v }
        ),
        Time(
            "BatchWindow",
            Default.BatchWindow,
            TimeSpan.Zero,
            TimeSpan.FromSeconds(1),
            "Maximum time to collect queued crops into a batch.",
            (o, v) => o with { BatchWindow = v }
        ),
        Size("MaxBodyBytes", Default.MaxBodyBytes, "Maximum request size.", (o, v) => o with { MaxBodyBytes = v }),
        Size(
            "MaxImageBytes",
            Default.MaxImageBytes,
            "Maximum size of an image file.",
            (o, v) => o with { MaxImageBytes = v }
        ),
        Fraction(
            "MaxMegapixels",
            Default.MaxMegapixels,
            0.001,
            500,
            "Maximum image size in megapixels.",
            (o, v) => o with { MaxMegapixels = v }
        ),
        Whole(
            "MaxFiles",
            Default.MaxFiles,
            1,
            1000,
            "Maximum number of files in a request.",
            (o, v) => o with { MaxFiles = v }
        ),
        Whole(
            "MaxFaces",
            Default.MaxFaces,
            1,
            10_000,
            "Maximum number of faces per image; the largest are kept.",
            (o, v) => o with { MaxFaces = v }
        ),
        Size(
            "MaxBufferedBytes",
            Default.MaxBufferedBytes,
            "Maximum total size of uploads in memory; more are answered with 503.",
            (o, v) => o with { MaxBufferedBytes = v }
        ),
        Whole(
            "MaxConnections",
            Default.MaxConnections,
            1,
            1_000_000,
            "Maximum number of open connections.",
            (o, v) => o with { MaxConnections = v }
        ),
        Time(
            "RequestTimeout",
            Default.RequestTimeout,
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromHours(1),
            "Maximum duration of a request, including upload and queueing.",
            (o, v) => o with { RequestTimeout = v }
        ),
        Time(
            "HeadersTimeout",
            Default.HeadersTimeout,
            TimeSpan.FromSeconds(1),
            TimeSpan.FromMinutes(10),
            "Maximum time for a client to send the request headers.",
            (o, v) => o with { HeadersTimeout = v }
        ),
        Fraction(
            "MinDataRate",
            Default.MinDataRate,
            0,
            1e9,
            "Minimum upload rate in bytes per second; 0: no minimum.",
            (o, v) => o with { MinDataRate = v }
        ),
        Fraction(
            "Rate",
            Default.Rate,
            0,
            1e6,
            "Requests per second per client; 0: no limit.",
            (o, v) => o with { Rate = v }
        ),
        Whole(
            "RateBurst",
            Default.RateBurst,
            1,
            1_000_000,
            "Maximum burst of requests per client, before --rate applies.",
            (o, v) => o with { RateBurst = v }
        ),
        Whole(
            "MaxStreams",
            Default.MaxStreams,
            0,
            100_000,
            "Maximum number of open streams, of cameras and videos.",
            (o, v) => o with { MaxStreams = v }
        ),
        Time(
            "StreamIdle",
            Default.StreamIdle,
            TimeSpan.FromMilliseconds(100),
            TimeSpan.FromHours(24),
            "Close a stream that sends no frame for this time.",
            (o, v) => o with { StreamIdle = v }
        ),
        Fraction(
            "MaxFrameRate",
            Default.MaxFrameRate,
            0.1,
            1000,
            "Maximum number of frames processed per second of a stream, unless its frames have media times.",
            (o, v) => o with { MaxFrameRate = v }
        ),
        Size(
            "MaxFrameBytes",
            Default.MaxFrameBytes,
            "Maximum size of a stream's frame.",
            (o, v) => o with { MaxFrameBytes = v }
        ),
        Time(
            "Smoothing",
            Default.Smoothing,
            TimeSpan.Zero,
            TimeSpan.FromMinutes(1),
            "Time constant for smoothing a stream's probabilities; 0: no smoothing.",
            (o, v) => o with { Smoothing = v }
        ),
        Time(
            "ShutdownTimeout",
            Default.ShutdownTimeout,
            TimeSpan.Zero,
            TimeSpan.FromMinutes(10),
            "Maximum time to finish running requests at shutdown.",
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
            "Send traces and metrics to this OTLP endpoint over gRPC.",
            (o, v) => o with { OtlpEndpoint = SettingText.Endpoint(v) }
        ),
        new(
            "LogFormat",
            "text|json",
            "text",
            "Log format, one line per entry.",
            (o, v) => o with { JsonLogs = SettingText.OneOf(v, ("text", false), ("json", true)) }
        ),
        new(
            "LogLevel",
            "LEVEL",
            "information",
            "Minimum log level: debug, information, warning, error or none.",
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
            "Serve the page from this folder, for development.",
            (o, v) => o with { PageFolder = SettingText.Folder(v) }
        ),
    ];

    private static ServerSetting Whole(
        string name,
        int defaultValue,
        int min,
        int max,
        string help,
        Func<ServerOptions, int, ServerOptions> apply
    ) =>
        new(
            name,
            "N",
            defaultValue.ToString(CultureInfo.InvariantCulture),
            help,
            (o, v) => apply(o, SettingText.WholeNumber(v, min, max))
        );

    private static ServerSetting Fraction(
        string name,
        double defaultValue,
        double min,
        double max,
        string help,
        Func<ServerOptions, double, ServerOptions> apply
    ) =>
        new(
            name,
            "X",
            defaultValue.ToString(CultureInfo.InvariantCulture),
            help,
            (o, v) => apply(o, SettingText.Number(v, min, max))
        );

    private static ServerSetting Size(
        string name,
        long defaultValue,
        string help,
        Func<ServerOptions, long, ServerOptions> apply
    ) => new(name, "N[K|M|G]", $"{defaultValue >> 20}M", help, (o, v) => apply(o, SettingText.Bytes(v, 2047L << 20)));

    private static ServerSetting Time(
        string name,
        TimeSpan defaultValue,
        TimeSpan min,
        TimeSpan max,
        string help,
        Func<ServerOptions, TimeSpan, ServerOptions> apply
    ) => new(name, "TIME", SettingText.Short(defaultValue), help, (o, v) => apply(o, SettingText.Time(v, min, max)));
}
