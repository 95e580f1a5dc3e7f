namespace Mien;

/// <summary>
/// The category of a <see cref="MienException"/>, which tells who can fix the problem. It determines exit codes and
/// HTTP status codes.
/// </summary>
public enum ErrorKind
{
    /// <summary>
    /// The content of an input is invalid, such as a truncated image, a model file without a contract, or a wrong value
    /// in a data set. Use another input. Exit code 1, HTTP status 422.
    /// </summary>
    BadInput,

    /// <summary>
    /// The call is wrong, such as a path that does not exist, an option out of range, or a box outside the image. Exit
    /// code 2, HTTP status 400.
    /// </summary>
    BadUsage,

    /// <summary>
    /// The call is right, but a resource is not available, such as a file without read permission, a full disk, a
    /// missing native library, or a full queue. Retrying later or on another machine may succeed. Exit code 1, HTTP
    /// status 503.
    /// </summary>
    Unavailable,

    /// <summary>
    /// Mien or a network failed, such as a model that cannot be run, or a training whose loss is not finite. Exit code
    /// 1, HTTP status 500.
    /// </summary>
    Internal,
}
