namespace Mien.Server;

/// <summary>A received frame.</summary>
/// <param name="Number">Its index among the received frames, from 0.</param>
/// <param name="Upload">Its bytes.</param>
/// <param name="Time">When it was received, as the time since the start of the stream.</param>
internal sealed record StreamFrame(long Number, Upload Upload, TimeSpan Time);
