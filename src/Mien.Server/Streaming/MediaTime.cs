namespace Mien.Server;

/// <summary>The place of a frame in the client's media.</summary>
/// <param name="Seconds">The time in seconds, as the client sent it.</param>
/// <param name="Time">The same, in whole ticks.</param>
/// <param name="Sequence">
/// The number of the run of frames with ascending times, from 1: a seek or a time that goes back begins another one.
/// </param>
internal readonly record struct MediaTime(double Seconds, TimeSpan Time, int Sequence);
