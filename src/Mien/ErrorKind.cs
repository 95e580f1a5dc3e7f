namespace Mien;

/// <summary>
/// What kind of error a <see cref="MienException"/> is: who can do something about it. Exit codes and HTTP statuses
/// follow from it.
/// </summary>
public enum ErrorKind
{
    /// <summary>
    /// What is in an input cannot be used: an image that is truncated, a model file without a contract, a row of a
    /// data set with a wrong value. Another input is needed. Exit code 1, HTTP status 422.
    /// </summary>
    BadInput,

    /// <summary>
    /// The call itself is wrong: a path that does not exist, an option out of its range, a box outside the image.
    /// Exit code 2, HTTP status 400.
    /// </summary>
    BadUsage,

    /// <summary>
    /// The call is right, but what it needs cannot be had here and now: a file without read permission, a full disk, a
    /// missing native library, a full queue. Trying again later or on another machine can succeed. Exit code 1, HTTP
    /// status 503.
    /// </summary>
    Unavailable,

    /// <summary>
    /// Mien or a network failed at its own work: a model that cannot be run, a training whose loss is not finite. Exit
    /// code 1, HTTP status 500.
    /// </summary>
    Internal,
}
