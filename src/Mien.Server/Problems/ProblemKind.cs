using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>
/// A kind of error, as listed in the API reference. Its HTTP status is that of its <see cref="ErrorKind"/>, unless HTTP
/// has a more specific one. Immutable.
/// </summary>
/// <param name="Kind">The general kind of the error.</param>
/// <param name="Code">The stable code, in camel case.</param>
/// <param name="Title">The title; the same for every error with this code.</param>
internal sealed record ProblemKind(ErrorKind Kind, string Code, string Title)
{
    public static readonly ProblemKind BadQuery = new(ErrorKind.BadUsage, "badQuery", "Invalid query parameter");
    public static readonly ProblemKind BadRequest = new(ErrorKind.BadUsage, "badRequest", "Malformed request");
    public static readonly ProblemKind BadMultipart = new(ErrorKind.BadUsage, "badMultipart", "Invalid multipart body");
    public static readonly ProblemKind BadJson = new(ErrorKind.BadUsage, "badJson", "Invalid JSON body");
    public static readonly ProblemKind BadBase64 = new(
        ErrorKind.BadUsage,
        "badBase64",
        "Invalid base64 in the JSON body"
    );
    public static readonly ProblemKind EmptyFile = new(ErrorKind.BadInput, "emptyFile", "No image in the request")
    {
        Status = 400,
    };
    public static readonly ProblemKind BoxOutside = new(ErrorKind.BadUsage, "boxOutside", "A box is outside the image");
    public static readonly ProblemKind NotAWebSocket = new(
        ErrorKind.BadUsage,
        "notAWebSocket",
        "This endpoint needs a WebSocket connection"
    );
    public static readonly ProblemKind NoKey = new(ErrorKind.BadUsage, "noKey", "Missing or invalid API key")
    {
        Status = 401,
    };
    public static readonly ProblemKind HostNotAllowed = new(
        ErrorKind.BadUsage,
        "hostNotAllowed",
        "Host name not allowed"
    )
    {
        Status = 403,
    };
    public static readonly ProblemKind OriginNotAllowed = new(
        ErrorKind.BadUsage,
        "originNotAllowed",
        "Cross-site request not allowed"
    )
    {
        Status = 403,
    };
    public static readonly ProblemKind NotFound = new(ErrorKind.BadUsage, "notFound", "Not found") { Status = 404 };
    public static readonly ProblemKind MethodNotAllowed = new(
        ErrorKind.BadUsage,
        "methodNotAllowed",
        "Method not allowed"
    )
    {
        Status = 405,
    };
    public static readonly ProblemKind UploadTooSlow = new(ErrorKind.BadUsage, "uploadTooSlow", "Upload too slow")
    {
        Status = 408,
    };
    public static readonly ProblemKind TooLarge = new(ErrorKind.BadInput, "tooLarge", "Upload too large")
    {
        Status = 413,
    };
    public static readonly ProblemKind TooManyFiles = new(
        ErrorKind.BadUsage,
        "tooManyFiles",
        "Too many files in the request"
    )
    {
        Status = 413,
    };
    public static readonly ProblemKind UnsupportedMediaType = new(
        ErrorKind.BadUsage,
        "unsupportedMediaType",
        "Unsupported media type"
    )
    {
        Status = 415,
    };
    public static readonly ProblemKind NotAnImage = new(
        ErrorKind.BadInput,
        "notAnImage",
        "Unsupported or unreadable image"
    )
    {
        Status = 415,
    };
    public static readonly ProblemKind TruncatedImage = new(ErrorKind.BadInput, "truncatedImage", "Truncated image");
    public static readonly ProblemKind CorruptImage = new(ErrorKind.BadInput, "corruptImage", "Corrupt image");
    public static readonly ProblemKind TooManyRequests = new(
        ErrorKind.Unavailable,
        "tooManyRequests",
        "Too many requests"
    )
    {
        Status = 429,
    };
    public static readonly ProblemKind ServerError = new(ErrorKind.Internal, "serverError", "Internal error");
    public static readonly ProblemKind ModelFailed = new(ErrorKind.Internal, "modelFailed", "The model failed to run");
    public static readonly ProblemKind Busy = new(ErrorKind.Unavailable, "busy", "The service is overloaded");
    public static readonly ProblemKind TooSlow = new(ErrorKind.Unavailable, "tooSlow", "Processing timed out");
    public static readonly ProblemKind TooManyStreams = new(
        ErrorKind.Unavailable,
        "tooManyStreams",
        "Too many streams"
    );
    public static readonly ProblemKind NotReady = new(ErrorKind.Unavailable, "notReady", "The service is not ready");
    public static readonly ProblemKind Stopping = new(
        ErrorKind.Unavailable,
        "stopping",
        "The service is shutting down"
    );

    /// <summary>All kinds, ordered by status.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        BadQuery,
        BadRequest,
        BadMultipart,
        BadJson,
        BadBase64,
        EmptyFile,
        BoxOutside,
        NotAWebSocket,
        NoKey,
        HostNotAllowed,
        OriginNotAllowed,
        NotFound,
        MethodNotAllowed,
        UploadTooSlow,
        TooLarge,
        TooManyFiles,
        UnsupportedMediaType,
        NotAnImage,
        TruncatedImage,
        CorruptImage,
        TooManyRequests,
        ServerError,
        ModelFailed,
        Busy,
        TooSlow,
        TooManyStreams,
        NotReady,
        Stopping,
    ];

    /// <summary>The HTTP status.</summary>
    public int Status { get; init; } = MienException.StatusOf(Kind);

    /// <summary>The URI of the problem type: its entry in the API reference.</summary>
    /// <param name="root">The path prefix of the service, or empty.</param>
    public string TypeUnder(PathString root) => $"{root}/docs#{Code}";

    /// <summary>
    /// The kind for an error of the library: kind, code and status are those of the error, and the title is the one
    /// that the API reference has for the code.
    /// </summary>
    public static ProblemKind Of(MienException error) =>
        new(error.Kind, error.Code, All.FirstOrDefault(k => k.Code == error.Code)?.Title ?? TitleOf(error.Kind))
        {
            Status = error.HttpStatus,
        };

    /// <summary>
    /// The details of a library error for clients: for server errors not the message, which can contain the model's
    /// path.
    /// </summary>
    public static string DetailOf(MienException error) =>
        error.HttpStatus < 500 ? error.Message : "The model failed to run on this image; see the service's log.";

    private static string TitleOf(ErrorKind kind) =>
        kind switch
        {
            ErrorKind.BadInput => "Invalid image",
            ErrorKind.BadUsage => "Invalid request",
            ErrorKind.Unavailable => "Temporarily unavailable",
            _ => ServerError.Title,
        };
}
