using System.Globalization;
using System.Text.RegularExpressions;

namespace Mien.TfLite;

/// <summary>
/// Files that Emscripten packed into one, as MediaPipe's npm packages have them. The script beside the file lists the
/// name, start and end of each.
/// </summary>
internal static partial class PackedAssets
{
    /// <summary>Gets one of the packed files.</summary>
    /// <param name="data">The content of all files.</param>
    /// <param name="script">The script that lists them.</param>
    /// <param name="name">The name of the file, without folders.</param>
    /// <exception cref="TfLiteException">The script does not list the file, or lists it outside the data.</exception>
    public static ReadOnlyMemory<byte> Read(ReadOnlyMemory<byte> data, string script, string name)
    {
        List<Match> entries = [.. Entries().Matches(script).AsEnumerable()];
        string[] names = [.. entries.Select(e => e.Groups["name"].Value.Split('/')[^1])];
        int index = Array.IndexOf(names, name);
        if (index < 0)
        {
            throw new TfLiteException(
                $"The script lists no file '{name}', only {(names.Length == 0 ? "none" : string.Join(", ", names))}."
            );
        }

        int start = int.Parse(entries[index].Groups["start"].Value, CultureInfo.InvariantCulture);
        int end = int.Parse(entries[index].Groups["end"].Value, CultureInfo.InvariantCulture);
        return start < end && end <= data.Length
            ? data[start..end]
            : throw new TfLiteException(
                $"'{name}' is listed as bytes {start} to {end} of {data.Length}. The data and the script do not "
                    + $"belong together; restore them again."
            );
    }

    [GeneratedRegex(
        """
            "filename":\s*"(?<name>[^"]+)",\s*"start":\s*(?<start>\d{1,9}),\s*"end":\s*(?<end>\d{1,9})
            """
    )]
    private static partial Regex Entries();
}
