namespace Mien.Server;

/// <summary>A file of the page.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Type">Its media type.</param>
/// <param name="Tag">Its entity tag, quoted.</param>
internal sealed record PageFile(byte[] Content, string Type, string Tag);
