namespace Mien;

/// <summary>An image of a folder, or a folder in it that cannot be listed.</summary>
/// <param name="Path">Its path, which begins with the path of the folder that was walked.</param>
/// <param name="Error">Why it cannot be listed; <see langword="null"/> for an image.</param>
internal readonly record struct ImageFolderEntry(string Path, MienException? Error);
