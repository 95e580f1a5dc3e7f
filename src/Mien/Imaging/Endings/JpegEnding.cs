using System.Buffers.Binary;

namespace Mien;

/// <summary>
/// Tells a JPEG that was cut off from a whole one. libjpeg, which Skia uses, does not: where a marker ends a scan too
/// early it fills the rest with gray and reports success, and where the end marker is missing it waits for more data,
/// although all pixels are there. Thread-safe.
/// </summary>
internal static class JpegEnding
{
    /// <summary>Skia reads no more either.</summary>
    private const int MaxScans = 100;

    /// <summary>
    /// What libjpeg fills is exactly 128. Conversion to RGB and back, and chroma that is interpolated from the last
    /// block that is there, move it by no more than this.
    /// </summary>
    private const int FilledTolerance = 3;

    /// <summary>
    /// At least this many zero bytes at the end are no data: an incomplete download can be padded with them.
    /// </summary>
    private const int MinZeros = 16;

    /// <summary>
    /// Whether a picture that Skia decoded without complaint is filled at its end. Reading the codes again takes
    /// about a quarter of the time of decoding (12 megapixels: 11 to 22 of 75 to 90 ms, progressive 22 to 50 of 150 to
    /// 230 ms), and most files need not even that: of the common kind, all in one scan, only those are read whose last
    /// pixel has the gray with which libjpeg fills. Of a progressive file the last scan is read, and the scans without
    /// which that cannot be read.
    /// </summary>
    /// <param name="jpeg">The file.</param>
    /// <param name="lastLuma">The gray value of the lower right pixel as the file has it, 0..255.</param>
    /// <param name="maxPixels">Larger pictures are not looked into.</param>
    public static bool IsFilled(ReadOnlySpan<byte> jpeg, int lastLuma, long maxPixels)
    {
        ReadOnlySpan<byte> written = Written(jpeg);
        bool mustRead = written.Length < jpeg.Length || Math.Abs(lastLuma - 128) <= FilledTolerance;
        return (mustRead || !HasOneScan(jpeg)) && Completeness(written, maxPixels, out _) == JpegCompleteness.Cut;
    }

    /// <summary>The file without the zeros with which it may be filled up.</summary>
    public static ReadOnlySpan<byte> Written(ReadOnlySpan<byte> jpeg)
    {
        ReadOnlySpan<byte> written = jpeg.TrimEnd((byte)0);
        bool isFilledUp = jpeg.Length - written.Length >= MinZeros;
        return isFilledUp && !written.EndsWith((ReadOnlySpan<byte>)[0xFF, JpegMarkers.EndOfImage]) ? written : jpeg;
    }

    /// <summary>Whether every block of the picture is there.</summary>
    /// <param name="jpeg">The file.</param>
    /// <param name="maxPixels">Larger pictures are not looked into.</param>
    /// <param name="hasEnd">Whether the end marker is there too.</param>
    public static JpegCompleteness Completeness(ReadOnlySpan<byte> jpeg, long maxPixels, out bool hasEnd)
    {
        hasEnd = false;
        JpegFrame? frame = null;
        var scans = new List<JpegScan>();
        int[] dcTables = new int[4],
            acTables = new int[4];
        int restart = 0;
        for (int at = 2; ; )
        {
            at = JpegMarkers.Next(jpeg, at, out int marker);
            if (marker is -1 or JpegMarkers.EndOfImage)
            {
                hasEnd = marker >= 0;
                break;
            }

            if (JpegMarkers.StandsAlone(marker))
            {
                continue;
            }

            int length = at + 2 <= jpeg.Length ? BinaryPrimitives.ReadUInt16BigEndian(jpeg[at..]) : 0;
            if (length < 2 || at + length > jpeg.Length)
            {
                break; // cut in the middle of a segment
            }

            ReadOnlySpan<byte> content = jpeg.Slice(at + 2, length - 2);
            bool known = true;
            switch (marker)
            {
                case 0xC0 or 0xC1 or 0xC2:
                    known = frame is null;
                    frame = known ? JpegHeaders.Frame(content, marker == 0xC2, maxPixels) : null;
                    known &= frame is not null;
                    break;
                case 0xC4:
                    known = JpegHeaders.Tables(content, at + 2, dcTables, acTables);
                    break;
                case (>= 0xC3 and <= 0xCF) and not 0xC8:
                    known = false; // lossless, hierarchical or arithmetic
                    break;
                case 0xDD:
                    known = content.Length >= 2;
                    restart = known ? BinaryPrimitives.ReadUInt16BigEndian(content) : 0;
                    break;
                case JpegMarkers.StartOfScan:
                    JpegScan? scan = frame is null
                        ? null
                        : JpegHeaders.Scan(content, frame, dcTables, acTables, restart, at + length);
                    known = scan is not null && scans.Count < MaxScans;
                    if (known)
                    {
                        scans.Add(scan!);
                    }

                    break;
            }

            if (!known)
            {
                return JpegCompleteness.Unknown;
            }

            at += length;
        }

        return frame is null || scans.Count == 0 ? JpegCompleteness.Unknown
            : IsCovered(frame, scans) ? LastScan(jpeg, frame, scans)
            : JpegCompleteness.Cut;
    }

    /// <summary>Whether the first scan of a sequential file holds all components, so that it is the only one.</summary>
    private static bool HasOneScan(ReadOnlySpan<byte> jpeg)
    {
        int components = 0;
        for (int at = 2; ; )
        {
            at = JpegMarkers.Next(jpeg, at, out int marker);
            int length = at + 8 <= jpeg.Length ? BinaryPrimitives.ReadUInt16BigEndian(jpeg[at..]) : 0;
            if (length < 2 || marker == 0xC2)
            {
                return false;
            }

            if (marker is 0xC0 or 0xC1)
            {
                // Skia makes RGB of four components' inks, so what was filled has another colour then.
                components = jpeg[at + 7];
            }

            if (marker == JpegMarkers.StartOfScan)
            {
                return components is 1 or 3 && jpeg[at + 2] == components;
            }

            at = JpegMarkers.StandsAlone(marker) ? at : Math.Min(at + length, jpeg.Length);
        }
    }

    /// <summary>Whether the scans, were each of them whole, bring every coefficient to its last bit.</summary>
    private static bool IsCovered(JpegFrame frame, List<JpegScan> scans)
    {
        int[] missing = Enumerable.Repeat(-1, frame.Components.Length * 64).ToArray();
        foreach (JpegScan scan in scans)
        {
            foreach (int component in scan.Components)
            {
                missing.AsSpan((component * 64) + scan.First, scan.Last - scan.First + 1).Fill(scan.Low);
            }
        }

        return !missing.AsSpan().ContainsAnyExcept(0);
    }

    /// <summary>
    /// A file that was cut off lacks the end of its last scan; the scans before are followed by others, so they are
    /// only read where they say which coefficients the last one refines.
    /// </summary>
    private static JpegCompleteness LastScan(ReadOnlySpan<byte> jpeg, JpegFrame frame, List<JpegScan> scans)
    {
        JpegScan last = scans[^1];
        if (!frame.IsProgressive || last.First == 0)
        {
            return JpegScanReader.Read(jpeg, frame, last);
        }

        JpegComponent component = frame.Components[last.Components[0]];
        ulong[] nonzero = new ulong[component.BlocksWide * component.BlocksHigh];
        foreach (JpegScan scan in last.High == 0 ? [last] : scans)
        {
            if (scan.First == 0 || scan.Components[0] != last.Components[0])
            {
                continue;
            }

            JpegCompleteness read = JpegScanReader.ReadAc(jpeg, scan, nonzero);
            if (scan == last || read == JpegCompleteness.Unknown)
            {
                return read;
            }
        }

        return JpegCompleteness.Unknown;
    }
}
