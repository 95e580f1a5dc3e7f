using System.Text.RegularExpressions;

namespace Mien.Data;

/// <summary>
/// Which labelled photos belong together, by the column of persons, by folders or by the names of video frames.
/// Immutable.
/// </summary>
/// <param name="Kind">Where the groups are from.</param>
/// <param name="Names">The group of each photo; <c>null</c> for a photo of which nothing is known.</param>
internal sealed partial record PhotoGroups(PhotoGroupKind Kind, IReadOnlyList<string?> Names)
{
    /// <summary>The minimum number of videos; with fewer, a common name says nothing.</summary>
    private const int MinVideos = 5;

    // Names that cameras, tools and data sets give to pictures which have nothing else in common.
    private static readonly string[] CommonNames =
    [
        .. "img dsc dscn dscf dscpdc pxl mvimg p pict pic picture photo image face crop frame screenshot scan".Split(
            ' '
        ),
        .. "training publictest privatetest train test val validation fer".Split(' '),
    ];

    /// <summary>The number of groups.</summary>
    public int Count => Names.OfType<string>().Distinct(StringComparer.Ordinal).Count();

    /// <summary>The number of photos of which nothing is known.</summary>
    public int Unknown => Names.Count(n => n is null);

    /// <summary>Finds the groups of photos.</summary>
    /// <param name="photos">The photos.</param>
    /// <param name="labels">The labels, which are no names of videos.</param>
    public static PhotoGroups Of(IReadOnlyList<LabelledPhoto> photos, LabelNames labels)
    {
        if (photos.Any(p => p.Person is not null))
        {
            return new PhotoGroups(PhotoGroupKind.Person, [.. photos.Select(p => p.Person)]);
        }

        // One folder around everything tells nothing.
        if (photos.Select(p => p.Folder).Distinct().Count() > 1 && photos.All(p => p.Folder is not null))
        {
            return new PhotoGroups(PhotoGroupKind.Folder, [.. photos.Select(p => p.Folder)]);
        }

        string?[] videos = [.. photos.Select(p => Video(p, labels))];
        return IsPlausible(videos)
            ? new PhotoGroups(PhotoGroupKind.Video, videos)
            : new PhotoGroups(PhotoGroupKind.None, new string?[photos.Count]);
    }

    /// <summary>The name before the number of a frame: <c>clip</c> of <c>clip_0001.png</c>.</summary>
    private static string? Video(LabelledPhoto photo, LabelNames labels)
    {
        Match match = Frame().Match(Path.GetFileNameWithoutExtension(photo.Path));
        string name = match.Groups["name"].Value.TrimEnd('_', '-', '.', ' ');
        return
            match.Success
            && name.Length > 0
            && !CommonNames.Contains(name.ToLowerInvariant(), StringComparer.Ordinal)
            && !labels.TryFind(name, out _)
            ? name
            : null;
    }

    /// <summary>Several videos, most pictures in one, and most videos with several pictures.</summary>
    private static bool IsPlausible(string?[] videos)
    {
        int[] sizes = [.. videos.OfType<string>().CountBy(v => v).Select(c => c.Value)];
        return sizes.Length >= MinVideos
            && sizes.Sum() * 10 >= videos.Length * 9
            && sizes.Max() * 2 <= videos.Length
            && sizes.Count(s => s > 1) * 2 >= sizes.Length;
    }

    [GeneratedRegex(@"^(?<name>.*?[^0-9])(?:frame[_\-. ]?)?[0-9]{3,8}$", RegexOptions.IgnoreCase)]
    private static partial Regex Frame();
}

/// <summary>Where the groups of labelled photos are from.</summary>
internal enum PhotoGroupKind
{
    /// <summary>Nothing is known.</summary>
    None,

    /// <summary>The column <c>person</c>.</summary>
    Person,

    /// <summary>Folders between class and photo, or above the class.</summary>
    Folder,

    /// <summary>Names of video frames.</summary>
    Video,
}
