namespace Mien;

/// <summary>
/// Counts the objects that hold native memory and must be freed explicitly: sessions, tensors, codecs and memory
/// blocks. It costs two interlocked additions per image and lets a test detect leaks. Thread-safe.
/// </summary>
internal static class NativeObjects
{
    private static long alive;

    /// <summary>The number of objects that are currently alive in this process.</summary>
    public static long Alive => Interlocked.Read(ref alive);

    /// <summary>Records that objects were created.</summary>
    public static void Made(int count = 1) => Interlocked.Add(ref alive, count);

    /// <summary>Records that objects were freed.</summary>
    public static void Freed(int count = 1) => Interlocked.Add(ref alive, -count);
}
