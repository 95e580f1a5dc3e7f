namespace Mien;

/// <summary>Finds the markers of a JPEG (ITU-T T.81, B.1.1.2).</summary>
internal static class JpegMarkers
{
    public const int StartOfScan = 0xDA;
    public const int EndOfImage = 0xD9;

    /// <summary>The next marker: 0xFF, any number of times, and a byte that is neither 0 nor 0xFF.</summary>
    /// <param name="data">The file.</param>
    /// <param name="at">Where to begin.</param>
    /// <param name="marker">The second byte; −1: there is none.</param>
    /// <returns>The place after it.</returns>
    public static int Next(ReadOnlySpan<byte> data, int at, out int marker)
    {
        while (true)
        {
            int next = data[at..].IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= data.Length)
            {
                marker = -1;
                return data.Length;
            }

            at += next + 1;
            if (data[at] is not (0 or 0xFF))
            {
                marker = data[at];
                return at + 1;
            }
        }
    }

    /// <summary>Whether it is a restart marker.</summary>
    public static bool IsRestart(int marker) => marker is >= 0xD0 and <= 0xD7;

    /// <summary>Whether a marker stands alone, without a length and content.</summary>
    public static bool StandsAlone(int marker) => marker is 0x01 or (>= 0xD0 and <= 0xD9);
}
