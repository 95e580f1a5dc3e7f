namespace Mien;

/// <summary>A photo with its faces marked, as the bytes of an image file.</summary>
/// <param name="Data">
/// The file: a JPEG of quality 90 where the photo was one, else a PNG. The array is the caller's.
/// </param>
/// <param name="Extension">The ending that such a file carries: <c>.jpg</c> or <c>.png</c>.</param>
public sealed record AnnotatedPhoto(byte[] Data, string Extension);
