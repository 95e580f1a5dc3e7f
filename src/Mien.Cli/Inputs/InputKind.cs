namespace Mien.Cli;

/// <summary>What a command reads: images or videos.</summary>
/// <param name="Noun">One of them, in messages.</param>
/// <param name="Command">The command that reads them.</param>
/// <param name="Example">A file name for messages.</param>
/// <param name="Extensions">The extensions that folders are searched for.</param>
internal sealed record InputKind(string Noun, string Command, string Example, IReadOnlyList<string> Extensions)
{
    public static InputKind Image { get; } = new("image", "predict", "photo.jpg", ImageNames.Extensions);

    public static InputKind Video { get; } = new("video", "video", "clip.mp4", VideoNames.Extensions);

    /// <summary>The noun with its article.</summary>
    public string One => $"{(Noun[0] is 'i' ? "an" : "a")} {Noun}";

    /// <summary>The extensions as text for messages.</summary>
    public string ExtensionsText => string.Join(", ", Extensions);

    /// <summary>Whether a file has one of the extensions.</summary>
    public bool Has(ReadOnlySpan<char> name) => ImageNames.Has(Extensions, name);
}
