namespace Mien.Server;

/// <summary>A frame that a client sent.</summary>
/// <param name="Number">Its place among the received ones, from 0.</param>
/// <param name="Upload">Its bytes.</param>
/// <param name="Time">When it had come in, since the stream began.</param>
internal sealed record StreamFrame(long Number, Upload Upload, TimeSpan Time);
