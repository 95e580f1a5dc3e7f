using Mien.CommandLine;

namespace Mien.Cli;

/// <summary>
/// The name of a photo relative to the folder that was given to predict, from the path in its result. Runs on other
/// machines may have seen the folder at another place.
/// </summary>
/// <param name="root">What the paths begin with; empty if they are relative already.</param>
internal sealed class ResultRoot(string root)
{
    private readonly string start = WithSeparator(root);

    /// <summary>The path of the folder, as the results have it.</summary>
    public string Root => root;

    /// <summary>The names that the photo of a result may have: below the root, or a path of a list as it is.</summary>
    public IEnumerable<string> Names(string path)
    {
        foreach (string text in (string[])[path, CsvText.Unescape(path)])
        {
            if (text.StartsWith(start, StringComparison.Ordinal))
            {
                yield return WithSlashes(text[start.Length..]);
            }

            yield return WithSlashes(text);
        }
    }

    /// <summary>
    /// Finds the root from some results: the path that most of them begin with, in front of the name of a photo.
    /// </summary>
    /// <param name="paths">Paths of results.</param>
    /// <param name="isPhoto">Whether a photo has this name.</param>
    /// <returns>The root; <c>null</c> if no path ends with the name of a photo.</returns>
    public static ResultRoot? Find(IEnumerable<string> paths, Func<string, bool> isPhoto)
    {
        var votes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            for (int at = 0; at >= 0; at = NextFolder(path, at))
            {
                // The longest name counts: the folder of a photo may have a photo of the same name.
                if (isPhoto(WithSlashes(path[at..])))
                {
                    votes[path[..at]] = votes.GetValueOrDefault(path[..at]) + 1;
                    break;
                }
            }
        }

        return votes.Count == 0 ? null : new ResultRoot(votes.MaxBy(v => v.Value).Key);
    }

    /// <summary>A name with the separators that shards and lists have on every platform.</summary>
    public static string WithSlashes(string name) =>
        Path.DirectorySeparatorChar == '/' ? name : name.Replace(Path.DirectorySeparatorChar, '/');

    private static string WithSeparator(string folder) =>
        folder.Length == 0 || Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;

    /// <summary>The position behind the next separator; -1 behind the last one.</summary>
    private static int NextFolder(string path, int from)
    {
        int separator = path.AsSpan(from).IndexOfAny('/', Path.DirectorySeparatorChar);
        return separator < 0 || from + separator + 1 == path.Length ? -1 : from + separator + 1;
    }
}
