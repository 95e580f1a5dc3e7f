namespace Mien.Video;

/// <summary>A sound stream of a file. Immutable.</summary>
/// <param name="Index">The index among all streams of the file.</param>
/// <param name="Codec">ffmpeg's name of the codec, such as <c>aac</c>; <c>unknown</c> if it has none.</param>
/// <param name="IsDefault">Whether the file marks it as the default one.</param>
internal sealed record SoundStream(int Index, string Codec, bool IsDefault);
