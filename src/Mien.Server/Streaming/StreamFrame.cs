namespace Mien.Server;

/// <summary>A received frame.</summary>
/// <param name="Number">Its index among the received frames, from 0.</param>
/// <param name="Upload">Its bytes.</param>
/// <param name="Received">When it was received, as the time since the start of the stream.</param>
/// <param name="Media">Its media time; <see langword="null"/> for a frame of a live camera.</param>
internal sealed record StreamFrame(long Number, Upload Upload, TimeSpan Received, MediaTime? Media);
