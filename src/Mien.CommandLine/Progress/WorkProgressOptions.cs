namespace Mien.CommandLine;

/// <summary>How progress is shown.</summary>
internal sealed record WorkProgressOptions
{
    /// <summary>The console; progress goes to its <see cref="CommandConsole.Error"/>, apart from the results.</summary>
    public required CommandConsole Console { get; init; }

    /// <summary>Whether to show nothing.</summary>
    public bool Quiet { get; init; }

    /// <summary>The unit of the counts in the plural, such as <c>images</c>; may be empty.</summary>
    public string Unit { get; init; } = "";

    /// <summary>
    /// Whether counts and rate are shown. Use <c>false</c> if the total is only a scale, such as 100 for percent.
    /// </summary>
    public bool ShowCounts { get; init; } = true;

    /// <summary>
    /// Formats an amount of work with its unit; <c>null</c> writes the number and <see cref="Unit"/>.
    /// </summary>
    public Func<long, string>? CountText { get; init; }

    /// <summary>Formats an amount of work per second; <c>null</c> writes the number.</summary>
    public Func<double, string>? RateText { get; init; }

    /// <summary>
    /// The amount of work done before the start, such as the steps of a resumed run; the rate ignores it.
    /// </summary>
    public long AlreadyDone { get; init; }

    /// <summary>The minimum time between two updates of the live line.</summary>
    public TimeSpan LiveInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The minimum time between two lines without a terminal. Shorter work writes no line.
    /// </summary>
    public TimeSpan PlainInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
