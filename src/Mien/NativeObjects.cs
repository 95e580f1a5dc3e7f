namespace Mien;

/// <summary>
/// Counts what holds native memory and must be freed by hand: sessions, tensors, codecs, blocks of memory. It costs two
/// interlocked additions a picture, and lets a test see that nothing is left behind. Thread-safe.
/// </summary>
internal static class NativeObjects
{
    private static long alive;

    /// <summary>How many are alive in this process now.</summary>
    public static long Alive => Interlocked.Read(ref alive);

    /// <summary>So many were made.</summary>
    public static void Made(int count = 1) => Interlocked.Add(ref alive, count);

    /// <summary>So many were freed.</summary>
    public static void Freed(int count = 1) => Interlocked.Add(ref alive, -count);
}
