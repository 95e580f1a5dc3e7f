using System.Buffers;

namespace Mien.Cli;

/// <summary>
/// Names that Windows reads as something else than a file of that name: as a device, as a stream of a file, or without
/// the dots and spaces at the end. A path with such a name could lead out of a folder.
/// </summary>
internal static class WindowsNames
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(code => (char)code),
        .. "<>:\"/\\|?*",
    ]);

    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    private static readonly string[] Numbered = ["COM", "LPT"];

    /// <summary>Checks whether a name in a folder means a file or folder of exactly that name.</summary>
    public static bool IsPlain(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name[^1] is '.' or ' ' || name.ContainsAny(Forbidden))
        {
            return false;
        }

        // Also with an extension: NUL.png is the device.
        int dot = name.IndexOf('.');
        return !IsDevice((dot < 0 ? name : name[..dot]).TrimEnd(' '));
    }

    private static bool IsDevice(ReadOnlySpan<char> stem)
    {
        foreach (string device in Devices)
        {
            if (stem.Equals(device, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        if (stem.Length == 4 && (char.IsAsciiDigit(stem[3]) || stem[3] is '¹' or '²' or '³'))
        {
            foreach (string device in Numbered)
            {
                if (stem[..3].Equals(device, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
