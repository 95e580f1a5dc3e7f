namespace Mien.Data;

/// <summary>
/// The label sets of FER2013's images, by the names that heads have: FER2013's own labels, and the majority of the FER+
/// votes.
/// </summary>
internal static class LabelSets
{
    /// <summary>FER2013's own labels, the search words of the images.</summary>
    public const string Fer2013 = "fer2013";

    /// <summary>The FER+ votes; as a label, <see cref="FerPlusVotes.Majority"/>.</summary>
    public const string FerPlus = "ferplus";

    /// <summary>The names of all label sets.</summary>
    public static IReadOnlyList<string> Names { get; } = [Fer2013, FerPlus];

    /// <summary>The label of each image in a label set.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="images">The images; for <see cref="FerPlus"/> with votes.</param>
    /// <returns>0..6, or <see cref="FerPlusVotes.NoLabel"/>.</returns>
    /// <exception cref="ArgumentException">There is no such label set, or the votes are missing.</exception>
    public static byte[] Labels(string name, FaceDataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return name switch
        {
            Fer2013 => images.Labels,
            FerPlus => FerPlusVotes.Majority(images),
            _ => throw new ArgumentException($"There is no label set '{name}'.", nameof(name)),
        };
    }
}
