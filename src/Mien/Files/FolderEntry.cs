namespace Mien;

/// <summary>A file found in a folder, or a folder or special file (a named pipe, a device) that is not read.</summary>
/// <param name="Path">The path, which starts with the path of the searched folder.</param>
/// <param name="Relative">The path relative to the searched folder; empty for that folder itself.</param>
/// <param name="Error">
/// The reason why the folder cannot be listed or the file is not opened; <see langword="null"/> for a file.
/// </param>
internal readonly record struct FolderEntry(string Path, string Relative, MienException? Error);
