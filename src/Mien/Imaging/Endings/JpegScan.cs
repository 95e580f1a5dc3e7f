namespace Mien;

/// <summary>One component of a JPEG, such as its luma.</summary>
/// <param name="Id">What scans call it.</param>
/// <param name="Across">Its blocks in an interleaved unit, to the right.</param>
/// <param name="Down">Its blocks in an interleaved unit, downwards.</param>
/// <param name="BlocksWide">Blocks of 8×8 in a row that hold pixels of the picture.</param>
/// <param name="BlocksHigh">Rows of blocks that hold pixels of the picture.</param>
internal sealed record JpegComponent(int Id, int Across, int Down, int BlocksWide, int BlocksHigh);

/// <summary>What a JPEG's frame header says (ITU-T T.81, B.2.2).</summary>
/// <param name="IsProgressive">Whether coefficients come in several scans, band by band and bit by bit.</param>
/// <param name="UnitsWide">Interleaved units in a row.</param>
/// <param name="UnitsHigh">Rows of interleaved units.</param>
/// <param name="Components">One to four.</param>
internal sealed record JpegFrame(bool IsProgressive, int UnitsWide, int UnitsHigh, JpegComponent[] Components);

/// <summary>What a scan header says (ITU-T T.81, B.2.3), with the tables that hold for it.</summary>
/// <param name="Components">The components' places in the frame.</param>
/// <param name="DcTables">Where each component's table for DC coefficients lies in the file; 0: nowhere.</param>
/// <param name="AcTables">Where each component's table for AC coefficients lies in the file; 0: nowhere.</param>
/// <param name="First">The first coefficient of the band, 0..63.</param>
/// <param name="Last">The last coefficient of the band, 0..63.</param>
/// <param name="High">The bit that came before; 0: this is the band's first scan.</param>
/// <param name="Low">The lowest bit that this scan brings.</param>
/// <param name="RestartInterval">Units between two restart markers; 0: there are none.</param>
/// <param name="Data">Where its entropy-coded data begins.</param>
internal sealed record JpegScan(
    int[] Components,
    int[] DcTables,
    int[] AcTables,
    int First,
    int Last,
    int High,
    int Low,
    int RestartInterval,
    int Data
);
