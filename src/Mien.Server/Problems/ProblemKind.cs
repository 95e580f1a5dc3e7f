namespace Mien.Server;

/// <summary>A kind of error, as the API reference lists them. Immutable.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The stable name, in camel case.</param>
/// <param name="Title">The same for every error of the kind.</param>
internal sealed record ProblemKind(int Status, string Code, string Title)
{
    public static readonly ProblemKind BadQuery = new(400, "badQuery", "A query parameter cannot be used");
    public static readonly ProblemKind BadRequest = new(400, "badRequest", "The request cannot be read");
    public static readonly ProblemKind BadMultipart = new(400, "badMultipart", "The multipart body cannot be used");
    public static readonly ProblemKind EmptyFile = new(400, "emptyFile", "There is no image in the request");
    public static readonly ProblemKind BoxOutside = new(400, "boxOutside", "A given box lies outside the picture");
    public static readonly ProblemKind NotAWebSocket = new(
        400,
        "notAWebSocket",
        "This address takes WebSocket connections"
    );
    public static readonly ProblemKind NoKey = new(401, "noKey", "An API key is needed");
    public static readonly ProblemKind HostNotAllowed = new(
        403,
        "hostNotAllowed",
        "The service does not answer to this host name"
    );
    public static readonly ProblemKind OriginNotAllowed = new(
        403,
        "originNotAllowed",
        "Pages of other sites may not call this service"
    );
    public static readonly ProblemKind NotFound = new(404, "notFound", "There is nothing at this address");
    public static readonly ProblemKind MethodNotAllowed = new(
        405,
        "methodNotAllowed",
        "The address does not take this method"
    );
    public static readonly ProblemKind UploadTooSlow = new(408, "uploadTooSlow", "The upload took too long");
    public static readonly ProblemKind TooLarge = new(413, "tooLarge", "The upload is larger than allowed");
    public static readonly ProblemKind TooManyFiles = new(
        413,
        "tooManyFiles",
        "There are more files in the request than allowed"
    );
    public static readonly ProblemKind UnsupportedMediaType = new(
        415,
        "unsupportedMediaType",
        "The body's media type is not taken"
    );
    public static readonly ProblemKind NotAnImage = new(415, "notAnImage", "The body is no image that can be decoded");
    public static readonly ProblemKind TruncatedImage = new(422, "truncatedImage", "The image ends too early");
    public static readonly ProblemKind CorruptImage = new(422, "corruptImage", "The image is damaged");
    public static readonly ProblemKind TooManyRequests = new(
        429,
        "tooManyRequests",
        "This client sends too many requests"
    );
    public static readonly ProblemKind ServerError = new(500, "serverError", "The service failed");
    public static readonly ProblemKind ModelFailed = new(500, "modelFailed", "The model failed");
    public static readonly ProblemKind Busy = new(503, "busy", "The service has more work than it can take");
    public static readonly ProblemKind TooSlow = new(503, "tooSlow", "The work was not done in time");
    public static readonly ProblemKind TooManyStreams = new(
        503,
        "tooManyStreams",
        "There are as many streams as allowed"
    );
    public static readonly ProblemKind NotReady = new(503, "notReady", "The service is not ready");
    public static readonly ProblemKind Stopping = new(503, "stopping", "The service is stopping");

    /// <summary>Every kind, by status.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        BadQuery,
        BadRequest,
        BadMultipart,
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

    /// <summary>The place in the API reference that explains it.</summary>
    public string Type => "/docs#" + Code;

    /// <summary>The kind of an error of the library.</summary>
    public static ProblemKind Of(MienException error) => All.FirstOrDefault(k => k.Code == error.Code) ?? ServerError;

    /// <summary>What a client is told of an error of the library: not where the service keeps its model.</summary>
    public static string DetailOf(MienException error) =>
        Of(error).Status < 500
            ? error.Message
            : "The model could not be run on this image. The service's log says more.";
}
