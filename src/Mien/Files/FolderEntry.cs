namespace Mien;

/// <summary>A file that a walk found, or a folder that cannot be listed.</summary>
/// <param name="Path">Its path, which begins with the path of the folder that was walked.</param>
/// <param name="Relative">Its path under that folder; empty: the folder itself.</param>
/// <param name="Error">Why it cannot be listed; <see langword="null"/> for a file.</param>
internal readonly record struct FolderEntry(string Path, string Relative, MienException? Error);
