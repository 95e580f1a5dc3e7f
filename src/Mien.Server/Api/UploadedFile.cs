namespace Mien.Server;

/// <summary>A file of a multipart request.</summary>
/// <param name="Name">Its name, as the client gave it.</param>
/// <param name="Upload">Its bytes, where they could be read.</param>
/// <param name="Error">Else why not.</param>
internal sealed record UploadedFile(string Name, Upload? Upload, MienException? Error);
