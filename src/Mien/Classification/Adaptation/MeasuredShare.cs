namespace Mien;

/// <summary>A measured fraction, or a difference of two, with its 95 % interval. Immutable.</summary>
/// <param name="Value">The measured value, such as 0.71.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end of the interval.</param>
public sealed record MeasuredShare(double Value, double Low, double High);
