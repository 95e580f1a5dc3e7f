namespace Mien;

/// <summary>A photo with its faces marked, as the bytes of an image file.</summary>
/// <param name="Data">
/// The bytes of the file: a JPEG of quality 90 if the photo was a JPEG, otherwise a PNG. The caller owns the array.
/// </param>
/// <param name="Extension">The file name extension for the format: <c>.jpg</c> or <c>.png</c>.</param>
public sealed record AnnotatedPhoto(byte[] Data, string Extension);
