namespace Mien.Server;

/// <summary>A file of a multipart request.</summary>
/// <param name="Name">Its name from the request.</param>
/// <param name="Upload">Its bytes; <see langword="null"/> if they could not be read.</param>
/// <param name="Error">Why they could not be read, otherwise <see langword="null"/>.</param>
internal sealed record UploadedFile(string Name, Upload? Upload, MienException? Error);
