namespace Mien;

/// <summary>What a walk looks for in one folder.</summary>
internal interface IFolderFilter
{
    /// <summary>Whether a file is wanted.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isHidden">Whether the system hides it.</param>
    bool Takes(ReadOnlySpan<char> name, bool isHidden);

    /// <summary>What is looked for in a folder in this one; <see langword="null"/>: nothing.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isHidden">Whether the system hides it.</param>
    IFolderFilter? Enter(ReadOnlySpan<char> name, bool isHidden);
}
