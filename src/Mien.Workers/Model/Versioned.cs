namespace Mien.Workers;

/// <summary>A stored value with its revision.</summary>
/// <param name="Value">The value.</param>
/// <param name="Revision">The revision, from 1; another write changes it.</param>
/// <param name="Written">When it was written, by the server's clock.</param>
internal sealed record Versioned<T>(T Value, ulong Revision, DateTimeOffset Written);
