namespace Mien.Native;

/// <summary>What a function returns: MIEN_OK and the other values of the header.</summary>
internal enum MienStatus
{
    Ok,
    BadInput,
    BadUsage,
    Unavailable,
    Internal,
}
