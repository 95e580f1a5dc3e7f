namespace Mien;

/// <summary>Selects the files and subfolders of one folder.</summary>
internal interface IFolderFilter
{
    /// <summary>Checks whether a file is selected.</summary>
    /// <param name="name">The name, without a path.</param>
    /// <param name="isHidden">Whether it is hidden: by a leading dot, or by its attributes.</param>
    bool Takes(ReadOnlySpan<char> name, bool isHidden);

    /// <summary>Gets the filter for a subfolder; <see langword="null"/> skips the subfolder.</summary>
    /// <param name="name">The name, without a path.</param>
    /// <param name="isHidden">Whether it is hidden: by a leading dot, or by its attributes.</param>
    IFolderFilter? Enter(ReadOnlySpan<char> name, bool isHidden);
}
