using Microsoft.AspNetCore.Http;

namespace Mien.Server;

/// <summary>
/// A kind of error, as the API reference lists them. Its HTTP status is that of its <see cref="ErrorKind"/> unless HTTP
/// has a more exact one. Immutable.
/// </summary>
/// <param name="Kind">What kind of error it is.</param>
/// <param name="Code">The stable name, in camel case.</param>
/// <param name="Title">The same for every error of this code.</param>
internal sealed record ProblemKind(ErrorKind Kind, string Code, string Title)
{
    public static readonly ProblemKind BadQuery = new(
        ErrorKind.BadUsage,
        "badQuery",
        "A query parameter cannot be used"
    );
    public static readonly ProblemKind BadRequest = new(ErrorKind.BadUsage, "badRequest", "The request cannot be read");
    public static readonly ProblemKind BadMultipart = new(
        ErrorKind.BadUsage,
        "badMultipart",
        "The multipart body cannot be used"
    );
    public static readonly ProblemKind BadJson = new(ErrorKind.BadUsage, "badJson", "The JSON body cannot be used");
    public static readonly ProblemKind BadBase64 = new(
        ErrorKind.BadUsage,
        "badBase64",
        "The image in the JSON body is no valid base64"
    );
    public static readonly ProblemKind EmptyFile = new(
        ErrorKind.BadInput,
        "emptyFile",
        "There is no image in the request"
    )
    {
        Status = 400,
    };
    public static readonly ProblemKind BoxOutside = new(
        ErrorKind.BadUsage,
        "boxOutside",
        "A given box lies outside the picture"
    );
    public static readonly ProblemKind NotAWebSocket = new(
        ErrorKind.BadUsage,
        "notAWebSocket",
        "This address takes WebSocket connections"
    );
    public static readonly ProblemKind NoKey = new(ErrorKind.BadUsage, "noKey", "An API key is needed")
    {
        Status = 401,
    };
    public static readonly ProblemKind HostNotAllowed = new(
        ErrorKind.BadUsage,
        "hostNotAllowed",
        "The service does not answer to this host name"
    )
    {
        Status = 403,
    };
    public static readonly ProblemKind OriginNotAllowed = new(
        ErrorKind.BadUsage,
        "originNotAllowed",
        "Pages of other sites may not call this service"
    )
    {
        Status = 403,
    };
    public static readonly ProblemKind NotFound = new(
        ErrorKind.BadUsage,
        "notFound",
        "There is nothing at this address"
    )
    {
        Status = 404,
    };
    public static readonly ProblemKind MethodNotAllowed = new(
        ErrorKind.BadUsage,
        "methodNotAllowed",
        "The address does not take this method"
    )
    {
        Status = 405,
    };
    public static readonly ProblemKind UploadTooSlow = new(
        ErrorKind.BadUsage,
        "uploadTooSlow",
        "The upload took too long"
    )
    {
        Status = 408,
    };
    public static readonly ProblemKind TooLarge = new(
        ErrorKind.BadInput,
        "tooLarge",
        "The upload is larger than allowed"
    )
    {
        Status = 413,
    };
    public static readonly ProblemKind TooManyFiles = new(
        ErrorKind.BadUsage,
        "tooManyFiles",
        "There are more files in the request than allowed"
    )
    {
        Status = 413,
    };
    public static readonly ProblemKind UnsupportedMediaType = new(
        ErrorKind.BadUsage,
        "unsupportedMediaType",
        "The body's media type is not taken"
    )
    {
        Status = 415,
    };
    public static readonly ProblemKind NotAnImage = new(
        ErrorKind.BadInput,
        "notAnImage",
        "The body is no image that can be decoded"
    )
    {
        Status = 415,
    };
    public static readonly ProblemKind TruncatedImage = new(
        ErrorKind.BadInput,
        "truncatedImage",
        "The image ends too early"
    );
    public static readonly ProblemKind CorruptImage = new(ErrorKind.BadInput, "corruptImage", "The image is damaged");
    public static readonly ProblemKind TooManyRequests = new(
        ErrorKind.Unavailable,
        "tooManyRequests",
        "This client sends too many requests"
    )
    {
        Status = 429,
    };
    public static readonly ProblemKind ServerError = new(ErrorKind.Internal, "serverError", "The service failed");
    public static readonly ProblemKind ModelFailed = new(ErrorKind.Internal, "modelFailed", "The model failed");
    public static readonly ProblemKind Busy = new(
        ErrorKind.Unavailable,
        "busy",
        "The service has more work than it can take"
    );
    public static readonly ProblemKind TooSlow = new(ErrorKind.Unavailable, "tooSlow", "The work was not done in time");
    public static readonly ProblemKind TooManyStreams = new(
        ErrorKind.Unavailable,
        "tooManyStreams",
        "There are as many streams as allowed"
    );
    public static readonly ProblemKind NotReady = new(ErrorKind.Unavailable, "notReady", "The service is not ready");
    public static readonly ProblemKind Stopping = new(ErrorKind.Unavailable, "stopping", "The service is stopping");

    /// <summary>Every kind, by status.</summary>
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

    /// <summary>The place in the API reference that explains it.</summary>
    /// <param name="root">The path under which the service is reached.</param>
    public string TypeUnder(PathString root) => $"{root}/docs#{Code}";

    /// <summary>
    /// An error of the library: its kind, code and status are the library's, and its title the one that the reference
    /// has for the code.
    /// </summary>
    public static ProblemKind Of(MienException error) =>
        new(error.Kind, error.Code, All.FirstOrDefault(k => k.Code == error.Code)?.Title ?? TitleOf(error.Kind))
        {
            Status = error.HttpStatus,
        };

    /// <summary>What a client is told of an error of the library: not where the service keeps its model.</summary>
    public static string DetailOf(MienException error) =>
        error.HttpStatus < 500
            ? error.Message
            : "The model could not be run on this image. The service's log says more.";

    private static string TitleOf(ErrorKind kind) =>
        kind switch
        {
            ErrorKind.BadInput => "The image cannot be used",
            ErrorKind.BadUsage => "The request cannot be used",
            ErrorKind.Unavailable => "The service cannot do this now",
            _ => ServerError.Title,
        };
}
